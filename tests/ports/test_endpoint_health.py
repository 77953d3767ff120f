"""HealthStore: what is known of an endpoint changes by one writer at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import Attempt, Failure
from partner_events.domain.endpoint_health import Disabled, EndpointHealth
from partner_events.domain.ids import DeliveryId, EndpointId
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, HOUR, NOW, SECOND, a_delivery, an_attempt
from tests.ports.stores import Stores

EP = EndpointId("ep_1")
FULL = EndpointHealth(
    team=ACME,
    endpoint=EP,
    last_success_at=NOW - HOUR,
    failing_since=NOW,
    counted=frozenset({"dlv_1-1", "dlv_2-1"}),
    warnings=2,
    warned_at=NOW + SECOND,
    disabled_at=NOW + HOUR,
    reason=Disabled.FAILING,
    enabled_at=NOW - 2 * HOUR,
    changed_by="dlv_2-1",
    version=7,
)
GONE = an_attempt(status_code=410, error="http_4xx")


def after(health: EndpointHealth, attempt: Attempt, name: str = "dlv_1-1") -> EndpointHealth:
    return health.after(attempt, name=name, noted_at=NOW)


def test_an_endpoint_that_nothing_is_known_of_is_in_good_health(stores: Stores) -> None:
    assert stores.health.get(ACME, EP) == EndpointHealth(team=ACME, endpoint=EP)


def test_health_is_read_as_it_was_saved(stores: Stores) -> None:
    stores.health.save(FULL, previous=replace(FULL, version=0))

    assert stores.health.get(ACME, EP) == FULL
    assert stores.health.get(GLOBEX, EP) == EndpointHealth(team=GLOBEX, endpoint=EP)


def test_a_delivery_and_the_health_of_its_endpoint_are_read_together(stores: Stores) -> None:
    delivery = a_delivery().after(an_attempt(status_code=200), now=NOW, luck=0.5)
    stores.deliveries.save(delivery, standing=None)
    stores.health.save(FULL, previous=replace(FULL, version=0))
    find = stores.deliveries.find

    assert find(delivery.id, team=ACME, endpoint=EP) == (delivery, FULL)
    assert find(DeliveryId("dlv_2"), team=ACME, endpoint=EP) == (None, FULL)


def test_the_health_of_several_endpoints_is_read_at_once(stores: Stores) -> None:
    stores.health.save(FULL, previous=replace(FULL, version=0))
    other = EndpointId("ep_2")

    assert stores.health.get_all(ACME, [other, EP]) == {
        EP: FULL,
        other: EndpointHealth(team=ACME, endpoint=other),
    }
    assert stores.health.get_all(ACME, []) == {}


def test_a_change_of_what_has_changed_meanwhile_is_refused(stores: Stores) -> None:
    new = stores.health.get(ACME, EP)
    gone = after(new, GONE)
    stores.health.save(gone, previous=new)
    for late in (after(new, an_attempt(status_code=200)), gone):
        with pytest.raises(AlreadyThere):
            stores.health.save(late, previous=new)

    assert stores.health.get(ACME, EP) == gone


def test_held_deliveries_are_counted_until_they_go_on(stores: Stores) -> None:
    one, two = a_delivery(), a_delivery(id=DeliveryId("dlv_2"))
    elsewhere = a_delivery(id=DeliveryId("dlv_3"), endpoint=EndpointId("ep_2"))
    held = [each.held(Failure.DISABLED) for each in (one, two, elsewhere)]
    for each in held:
        stores.deliveries.save(each, standing=None)
    before = stores.health.held(ACME, EP)
    again = held[0].begun_again("r1").after(an_attempt(status_code=200), now=NOW, luck=0.5)
    stores.deliveries.save(again, standing=held[0])

    assert (before, stores.health.held(ACME, EP)) == (2, 1)
    assert stores.deliveries.get(one.id) == again
    assert stores.deliveries.get(two.id) == held[1]


def test_another_round_is_recorded_over_the_one_that_stood_and_no_other(stores: Stores) -> None:
    failed = a_delivery().given_up(Failure.GONE)
    stores.deliveries.save(failed, standing=None)
    first = failed.begun_again("r1").after(GONE, now=NOW, luck=0.5)
    stores.deliveries.save(first, standing=failed)
    second = first.begun_again("r2").after(an_attempt(), now=NOW, luck=0.5)
    for stale in (failed, replace(first, round="r0")):
        with pytest.raises(AlreadyThere):
            stores.deliveries.save(second, standing=stale)
    stores.deliveries.save(second, standing=first)

    assert stores.deliveries.get(second.id) == second
    assert second.earlier == 1


def test_several_deliveries_are_read_in_the_order_that_was_asked_for(stores: Stores) -> None:
    saved = [
        a_delivery(id=DeliveryId(f"dlv_{n}"), created_at=NOW + n * timedelta(hours=1)).given_up(
            Failure.GONE
        )
        for n in range(3)
    ]
    for each in saved:
        stores.deliveries.save(each, standing=None)
    ids = [DeliveryId(f"dlv_{n}") for n in (2, 9, 0)]

    assert stores.deliveries.get_all(ids) == [saved[2], saved[0]]
    assert stores.deliveries.get_all([]) == []
