"""DeliveryStore: every outcome is recorded once, and a success is for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus, Failure
from partner_events.domain.ids import DeliveryId
from partner_events.ports import AlreadyThere
from tests.ports.examples import NOW, SECOND, a_delivery, an_attempt
from tests.ports.stores import Stores

ID = DeliveryId("dlv_1")
FAILED = an_attempt(status_code=503, error="http_5xx", response=b"\x00\xffbusy")


def after(delivery: Delivery, attempt: Attempt) -> Delivery:
    return delivery.after(attempt, now=NOW, luck=0.5)


def saved(stores: Stores, *attempts: Attempt) -> Delivery:
    delivery, standing = a_delivery(), None
    for attempt in attempts:
        delivery = after(delivery, attempt)
        stores.deliveries.save(delivery, standing=standing)
        standing = delivery
    return delivery


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(status_code=200, response=b"ok"),
        an_attempt(status_code=410, error="http_4xx"),
        an_attempt(error="dns", duration=timedelta()),
        replace(FAILED, retry_after=timedelta(seconds=120)),
        replace(FAILED, retry_after=timedelta()),
    ],
)
def test_an_outcome_is_read_as_it_was_saved(stores: Stores, attempt: Attempt) -> None:
    delivery = saved(stores, attempt)

    assert stores.deliveries.get(ID) == delivery


def test_a_delivery_without_an_outcome_is_not_there(stores: Stores) -> None:
    assert stores.deliveries.get(ID) is None


def test_every_attempt_is_kept(stores: Stores) -> None:
    second = an_attempt(at=NOW + 5 * SECOND, status_code=200)
    delivery = saved(stores, FAILED, second)

    assert stores.deliveries.get(ID) == delivery
    assert delivery.attempts == (FAILED, second)


def test_a_first_outcome_is_recorded_once(stores: Stores) -> None:
    first = saved(stores, FAILED)
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(a_delivery(), an_attempt()), standing=None)

    assert stores.deliveries.get(ID) == first


@pytest.mark.parametrize("attempts_before", [1, 3])
def test_an_outcome_that_another_worker_was_faster_with_is_refused(
    stores: Stores, attempts_before: int
) -> None:
    second = saved(stores, FAILED, FAILED)
    believed = replace(second, attempts=(FAILED,) * attempts_before)
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(believed, FAILED), standing=believed)

    assert stores.deliveries.get(ID) == second


def test_an_outcome_before_the_first_is_refused(stores: Stores) -> None:
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(a_delivery(), FAILED), standing=after(a_delivery(), FAILED))

    assert stores.deliveries.get(ID) is None


@pytest.mark.parametrize("standing", [None, after(a_delivery(), FAILED)])
def test_a_success_is_not_overwritten_by_who_does_not_know_of_it(
    stores: Stores, standing: Delivery | None
) -> None:
    delivered = saved(stores, an_attempt(status_code=200))
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(standing or a_delivery(), FAILED), standing=standing)

    assert stores.deliveries.get(ID) == delivered


@pytest.mark.parametrize("attempts", [(), (FAILED,)])
def test_a_delivery_can_be_given_up_once(stores: Stores, attempts: tuple[Attempt, ...]) -> None:
    delivery = saved(stores, *attempts)
    standing = delivery if attempts else None
    given_up = delivery.given_up(Failure.INTERNAL)
    stores.deliveries.save(given_up, standing=standing)
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(delivery, FAILED), standing=standing)

    assert stores.deliveries.get(ID) == given_up
    assert given_up.status is DeliveryStatus.FAILED
