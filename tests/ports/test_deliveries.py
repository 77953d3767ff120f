"""DeliveryStore: every outcome is recorded once, and a success is for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.ids import DeliveryId
from partner_events.ports import AlreadyThere
from tests.ports.examples import NOW, SECOND, a_delivery, an_attempt
from tests.ports.stores import Stores

ID = DeliveryId("dlv_1")
FAILED = an_attempt(status_code=503, error="http_5xx", response=b"\x00\xffbusy")


def after(delivery: Delivery, attempt: Attempt) -> Delivery:
    return delivery.after(attempt, now=NOW, luck=0.5)


def saved(stores: Stores, *attempts: Attempt) -> Delivery:
    delivery = a_delivery()
    for number, attempt in enumerate(attempts):
        delivery = after(delivery, attempt)
        stores.deliveries.save(delivery, attempts_before=number)
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
        stores.deliveries.save(after(a_delivery(), an_attempt()), attempts_before=0)

    assert stores.deliveries.get(ID) == first


@pytest.mark.parametrize("attempts_before", [1, 3])
def test_an_outcome_that_another_worker_was_faster_with_is_refused(
    stores: Stores, attempts_before: int
) -> None:
    second = saved(stores, FAILED, FAILED)
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(second, FAILED), attempts_before=attempts_before)

    assert stores.deliveries.get(ID) == second


def test_an_outcome_before_the_first_is_refused(stores: Stores) -> None:
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(a_delivery(), FAILED), attempts_before=1)

    assert stores.deliveries.get(ID) is None


@pytest.mark.parametrize("attempts_before", [0, 1])
def test_a_success_is_never_overwritten(stores: Stores, attempts_before: int) -> None:
    delivered = saved(stores, an_attempt(status_code=200))
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(delivered, FAILED), attempts_before=attempts_before)

    assert stores.deliveries.get(ID) == delivered


@pytest.mark.parametrize("attempts", [(), (FAILED,)])
def test_a_delivery_can_be_given_up_once(stores: Stores, attempts: tuple[Attempt, ...]) -> None:
    standing = saved(stores, *attempts)
    given_up = standing.given_up("internal")
    stores.deliveries.save(given_up, attempts_before=len(attempts))
    with pytest.raises(AlreadyThere):
        stores.deliveries.save(after(standing, FAILED), attempts_before=len(attempts))

    assert stores.deliveries.get(ID) == given_up
    assert given_up.status is DeliveryStatus.FAILED
