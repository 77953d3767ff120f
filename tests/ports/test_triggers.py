"""TriggerStore, but for its claims: a trigger from its record to the plan it led to."""

from datetime import datetime

import pytest

from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import JsonText
from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.trigger import Filtered, Plan, Reason, Status, Trigger
from partner_events.jsontext import dumps, loads
from tests.ports.examples import (
    HOUR,
    MILLISECOND,
    NOW,
    SECOND,
    T1,
    a_full_event,
    a_position,
    a_trigger,
    an_event,
    an_execution,
)
from tests.ports.stores import Stores

DUE = NOW + HOUR
PLAN = Plan(
    executions=(an_execution("e1"), an_execution("e2", contact=None, workflow="other", version=12)),
    filtered=(Filtered("vip", Reason.TAGS),),
)
NUMBERS = [
    '{"amount":99.00}',
    '{"exact":12345678901234567890.123456789012345678901234567890}',
    '{"tiny":1E-400,"huge":9.9E+9999}',
    '{"text":"naïve \\u0001 😀"}',
    "{}",
]


def start(stores: Stores, now: datetime = NOW, number: int = 1) -> Trigger | None:
    return stores.triggers.start(T1, now=now, position=a_position(now), number=number)


@pytest.mark.parametrize("due_at", [None, DUE])
def test_a_trigger_is_read_as_it_was_accepted(stores: Stores, due_at: datetime | None) -> None:
    trigger = a_trigger(event=a_full_event(), due_at=due_at)
    stores.triggers.add(trigger, now=NOW)

    assert stores.triggers.get(T1) == trigger


def test_a_partner_event_is_read_as_it_was_accepted_e_15(stores: Stores) -> None:
    event = an_event(
        name="Loan funded!",
        contact_id=ContactId("c1"),
        professional_id="a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        metadata=JsonText('{"amount":99.00}'),
    )
    stores.triggers.add(a_trigger(event=event), now=NOW)
    found = stores.triggers.get(T1)

    assert found is not None
    assert found.event == event


@pytest.mark.parametrize("text", NUMBERS)
def test_no_digit_of_the_events_data_is_lost_d_2(stores: Stores, text: str) -> None:
    given = JsonText(text)
    event = an_event(data=given, variables=given, source=given)
    stores.triggers.add(a_trigger(event=event), now=NOW)

    found = stores.triggers.get(T1)
    assert found is not None
    assert (found.event.data, found.event.variables, found.event.source) == (given,) * 3


def test_no_digit_of_the_contacts_fields_is_lost_d_2(stores: Stores) -> None:
    contact = ContactDetails(email="a@example.com", custom_fields=loads('{"balance":99.00}'))
    stores.triggers.add(a_trigger(event=an_event(contact=contact)), now=NOW)

    found = stores.triggers.get(T1)
    assert found is not None
    assert dumps(found.event.contact.custom_fields) == '{"balance":99.00}'


def test_a_trigger_that_nobody_added_is_not_there(stores: Stores) -> None:
    assert stores.triggers.get(TriggerId("nobody")) is None


def test_a_record_whose_answer_was_lost_is_added_again_without_harm(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    started = start(stores)
    stores.triggers.add(a_trigger(), now=NOW)

    assert stores.triggers.get(T1) == started


def test_a_started_trigger_has_its_position_and_number(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    started = start(stores, now=NOW + SECOND, number=7)

    assert started is not None
    assert (started.status, started.started_at) == (Status.PROCESSING, NOW + SECOND)
    assert (started.position, started.number) == (a_position(NOW + SECOND), 7)
    assert stores.triggers.get(T1) == started


def test_the_first_starts_position_number_and_time_stay(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    first = start(stores, number=7)
    second = start(stores, now=NOW + HOUR, number=8)

    assert second == first == stores.triggers.get(T1)


def test_a_scheduled_trigger_does_not_start_a_millisecond_early_d_35(stores: Stores) -> None:
    scheduled = a_trigger(status=Status.SCHEDULED, due_at=DUE)
    stores.triggers.add(scheduled, now=NOW)

    assert start(stores, now=DUE - MILLISECOND) == scheduled
    assert stores.triggers.get(T1) == scheduled


def test_a_scheduled_trigger_starts_when_it_is_due_d_35(stores: Stores) -> None:
    stores.triggers.add(a_trigger(status=Status.SCHEDULED, due_at=DUE), now=NOW)
    started = start(stores, now=DUE)

    assert started is not None
    assert (started.status, started.started_at) == (Status.PROCESSING, DUE)


def test_a_trigger_without_a_record_does_not_start(stores: Stores) -> None:
    assert start(stores) is None
    assert stores.triggers.get(T1) is None


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED, Status.COMPLETED])
def test_a_trigger_that_is_over_does_not_start(stores: Stores, status: Status) -> None:
    over = a_trigger(status=status)
    stores.triggers.add(over, now=NOW)

    assert start(stores) == over
    assert stores.triggers.get(T1) == over


def test_starting_again_does_not_read_the_plan(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    first = start(stores)
    stores.triggers.plan(T1, PLAN, now=NOW)

    assert start(stores) == first


def test_the_first_to_move_an_event_decides_where_it_stands(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    start(stores)
    old, first, second = a_position(), a_position(NOW + SECOND), a_position(NOW + HOUR)

    assert stores.triggers.move(T1, old=old, new=first) == first
    assert stores.triggers.move(T1, old=old, new=second) == first


def test_a_moved_event_keeps_its_new_position_when_it_is_started_again(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    start(stores)
    stores.triggers.move(T1, old=a_position(), new=a_position(NOW + SECOND))
    again = start(stores, now=NOW + HOUR)

    assert again is not None
    assert again.position == a_position(NOW + SECOND)


def test_a_plan_is_read_back_with_its_trigger(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    kept = stores.triggers.plan(T1, PLAN, now=NOW)
    found = stores.triggers.get(T1)

    assert kept == PLAN
    assert found is not None
    assert (found.plan, found.sent, found.failed) == (PLAN, 0, 0)


def test_the_first_plan_is_kept(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.plan(T1, PLAN, now=NOW)
    kept = stores.triggers.plan(T1, Plan(), now=NOW + SECOND)
    found = stores.triggers.get(T1)

    assert kept == PLAN
    assert found is not None
    assert found.plan == PLAN


def test_a_plan_of_nothing_completes_the_trigger(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    start(stores)
    stores.triggers.plan(T1, Plan(), now=NOW + SECOND)
    found = stores.triggers.get(T1)

    assert found is not None
    assert (found.state, found.finished_at) == (Status.COMPLETED, NOW + SECOND)


@pytest.mark.parametrize("status", [Status.SCHEDULED, Status.QUEUED, Status.PROCESSING])
def test_a_trigger_that_runs_can_fail(stores: Stores, status: Status) -> None:
    stores.triggers.add(a_trigger(status=status), now=NOW)
    failed = stores.triggers.fail(T1, reason="internal", now=NOW + SECOND)
    found = stores.triggers.get(T1)

    assert failed
    assert found is not None
    assert (found.state, found.failure) == (Status.FAILED, "internal")
    assert found.finished_at == NOW + SECOND


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_trigger_that_is_over_cannot_fail(stores: Stores, status: Status) -> None:
    over = a_trigger(status=status)
    stores.triggers.add(over, now=NOW)

    assert not stores.triggers.fail(T1, reason="internal", now=NOW)
    assert stores.triggers.get(T1) == over


def test_a_trigger_without_a_record_cannot_fail(stores: Stores) -> None:
    assert not stores.triggers.fail(T1, reason="internal", now=NOW)
    assert stores.triggers.get(T1) is None


def test_a_failed_trigger_does_not_start_again(stores: Stores) -> None:
    stores.triggers.add(a_trigger(), now=NOW)
    stores.triggers.fail(T1, reason="internal", now=NOW)
    found = start(stores)

    assert found is not None
    assert found.status is Status.FAILED
