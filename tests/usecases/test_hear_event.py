"""Which endpoints hear of an event, and what their filters see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.contact import ContactDetails
from partner_events.domain.endpoint import FILTER_SEES, covers
from partner_events.domain.event import JsonText
from partner_events.domain.ids import ContactId
from partner_events.domain.messages import DeliverWebhook
from partner_events.domain.rules import Rule, parse_rule
from partner_events.jsontext import MAX_DEPTH, loads
from partner_events.usecases.find_deliveries import find_deliveries
from partner_events.usecases.hear_event import hearing, hears_logged, seen_by_filters
from tests.crash.world import TEAM, World
from tests.ports.examples import NOW, a_logged_event, a_trigger, an_endpoint, an_event

SALE = an_event(
    name="sale.completed",
    data=JsonText('{"amount":99.00,"currency":"EUR","at":"2026-01-28T10:00:00Z"}'),
    variables=JsonText('{"code":"123"}'),
    contact=ContactDetails(email="ada@example.com"),
    metadata=JsonText('{"source":"portal"}'),
)
PARTNER = an_event(
    name="Quote viewed!",
    contact_id=ContactId("c1"),
    professional_id="p1",
    metadata=JsonText('{"plan":"pro"}'),
)


def hears(event, rule, **given):
    endpoint = an_endpoint(filter=parse_rule(rule), **given)
    return hearing([endpoint], a_trigger(event=event)) == [endpoint]


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("*", "Quote viewed!", True),
        ("Quote viewed!", "Quote viewed!", True),
        ("Quote viewed!", "quote viewed!", False),
        ("sale.*", "sale.completed", True),
        ("sale.*", "sale", False),
        ("sale.*", "sales.completed", False),
        ("Quote viewed.*", "Quote viewed.again", True),
    ],
)
def test_a_pattern_is_a_type_a_prefix_or_everything(pattern, name, covered):
    assert covers(pattern, name) is covered


@pytest.mark.parametrize(
    "rule",
    [
        {"==": [{"var": "event.type"}, "sale.completed"]},
        {"==": [{"var": "event.id"}, "t1"]},
        {">=": [{"var": "event.data.amount"}, 99]},
        {"==": [{"var": "event.metadata.source"}, "portal"]},
        {"within": [{"var": "event.data.at"}, "PT1H"]},
        {"==": [{"var": "event.created_at"}, {"var": "now"}]},
    ],
)
def test_a_filter_sees_what_the_webhook_tells_and_when_it_happened(rule):
    assert hears(SALE, rule)
    assert not hears(SALE, {"!": rule})


@pytest.mark.parametrize(
    "rule",
    [
        {"==": [{"var": "event.data.contact_id"}, "c1"]},
        {"==": [{"var": "event.data.professional_id"}, "p1"]},
        {"==": [{"var": "event.data.metadata.plan"}, "pro"]},
        {"==": [{"var": "event.metadata.plan"}, "pro"]},
    ],
)
def test_of_a_partner_event_a_filter_sees_whom_and_what_it_is_about(rule):
    assert hears(PARTNER, rule)


def test_a_filter_may_begin_with_all_that_it_sees_and_with_nothing_else():
    assert set(seen_by_filters(a_trigger(event=SALE))) == set(FILTER_SEES)


def test_a_filter_sees_no_variables_and_no_details_of_the_contact():
    seen = str(seen_by_filters(a_trigger(event=SALE)))

    assert "123" not in seen
    assert "ada@" not in seen


def test_a_filter_does_not_make_up_for_a_pattern_or_a_switch():
    everything = {"!": False}

    assert hears(SALE, everything)
    assert not hears(SALE, everything, event_types=("lead.*",))
    assert not hears(SALE, everything, active=False)


def test_a_filter_that_fits_no_data_hears_nothing():
    assert not hears(SALE, {">": [{"var": "event.data.lines.0.amount"}, 0]})


def test_an_event_is_told_only_to_those_whose_filter_lets_it_in():
    """The same holds for the deliveries that are looked up afterwards."""
    world = World()
    one, two = world.endpoints.all(TEAM)
    deaf = replace(two, filter=Rule({"==": [{"var": "event.type"}, "other"]}), revision=2)
    world.endpoints.save(deaf, previous=two)
    world.accept("t1")
    world.hand_out(world.queue.waiting[0])
    sent = [each.message for each in world.queue.waiting]
    found = find_deliveries(
        world.triggers.get("t1"), routing=world._routing(), deliveries=world.deliveries
    )

    assert {each.endpoint for each in sent if isinstance(each, DeliverWebhook)} == {one.id}
    assert {each.endpoint for each in found} == {one.id}


def test_asking_again_later_gives_the_same_answer():
    rule = {"within": [{"var": "event.data.at"}, "PT1H"]}
    trigger = a_trigger(event=SALE)
    later = replace(trigger, started_at=NOW + timedelta(days=3))

    assert seen_by_filters(trigger) == seen_by_filters(later)
    assert hearing([an_endpoint(filter=Rule(rule))], later)


def test_a_filter_sees_an_event_of_the_log_that_is_as_deep_as_one_may_come_in_d_4():
    """Its envelope has made it deeper since."""
    data = '{"a":' * (MAX_DEPTH - 1) + "{}" + "}" * (MAX_DEPTH - 1)
    event = a_logged_event(body=JsonText(f'{{"type":"user_signup","data":{data}}}'))
    rule = parse_rule({"==": [{"var": "event.type"}, event.name]})

    assert loads(data)
    assert hears_logged(an_endpoint(filter=rule), event)
