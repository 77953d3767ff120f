"""How subscribers' answers settle a fulfilment (D-44), and that only our own event does."""

from datetime import timedelta
from typing import Any

import pytest

from partner_events.domain.delivery import Attempt, DeliveryStatus, Failure
from partner_events.domain.ids import DeliveryId, TriggerId
from partner_events.domain.messages import SettleFulfilment
from partner_events.domain.reward import FulfilmentStatus
from partner_events.jsontext import dumps
from partner_events.usecases.own_events import own_event_id
from partner_events.usecases.send_settlement import FAILURES_BEFORE_ISSUES, settlement
from partner_events.usecases.settle_fulfilment import settle_fulfilment
from tests.ports.examples import ACME, NOW, a_delivery, a_trigger, an_event
from tests.ports.payout_examples import (
    FULFILMENT,
    a_booking,
    a_fulfilment,
    a_promoter,
)
from tests.ports.stores import Stores, in_memory

EVENT = own_event_id("fulfilment_pending", "conv_1", team=ACME)


def answered(*statuses: int, event_type: str = "fulfilment_pending") -> Any:
    delivery = a_delivery(event_type=event_type)
    for status in statuses:
        error = None if status < 300 else "http_5xx"
        attempt = Attempt(
            at=NOW, duration=timedelta(), url="https://a.b", status_code=status, error=error
        )
        delivery = delivery.after(attempt, now=NOW, luck=0.5)
    return delivery


@pytest.mark.parametrize(
    ("statuses", "fulfilled"),
    [
        ([200], True),
        ([201], None),
        ([202], None),
        ([204], None),
        ([500], None),
        ([500] * 6, None),
        ([500] * 7, False),
        ([500] * 8, False),
        ([500] * 7 + [200], True),
        ([500] * 6 + [202], None),
        ([410], False),
        ([301], None),
    ],
)
def test_200_hands_over_another_2xx_says_nothing_and_seven_failures_are_issues_d_44(
    statuses, fulfilled
):
    message = settlement(answered(*statuses))

    assert FAILURES_BEFORE_ISSUES == 7
    assert (message.fulfilled if message else None) is fulfilled


def test_other_events_settle_nothing():
    assert settlement(answered(200, event_type="reward_created")) is None
    assert settlement(a_delivery(status=DeliveryStatus.FAILED)) is None


def test_what_may_still_be_handed_over_settles_nothing_d_44():
    delivery = a_delivery(event_type="fulfilment_pending")

    assert settlement(delivery) is None
    assert settlement(delivery.held(Failure.DISABLED)) is None


@pytest.mark.parametrize("why", [Failure.DISCARDED, Failure.INTERNAL, Failure.DELETED])
@pytest.mark.parametrize("statuses", [[], [500]])
def test_what_nobody_will_try_again_has_issues_d_44(why, statuses):
    message = settlement(answered(*statuses).given_up(why))

    assert message
    assert not message.fulfilled


@pytest.mark.parametrize("status", [200, 202])
def test_what_was_taken_before_has_no_issues_when_its_repeat_is_discarded_d_44(status):
    repeat = answered(status).begun_again("r1").held(Failure.DISABLED)

    assert settlement(repeat.given_up(Failure.DISCARDED)) is None


@pytest.fixture
def ready() -> Stores:
    stores = in_memory()()
    event = an_event(name="fulfilment_pending", data=dumps({"id": FULFILMENT}))
    told = [a_trigger(TriggerId(EVENT), event=event), a_trigger(TriggerId("sent"), event=event)]
    stores.promoters.add(a_promoter(), told=[])
    stores.payouts.book(a_booking(fulfilment=a_fulfilment(), told=told))
    return stores


def settle(stores: Stores, *, fulfilled: bool, event: str = EVENT) -> Any:
    message = SettleFulfilment(
        team=ACME, event=TriggerId(event), delivery=DeliveryId("d"), fulfilled=fulfilled
    )
    settle_fulfilment(message, triggers=stores.triggers, payouts=stores.payouts)
    found = stores.payouts.fulfilment(ACME, FULFILMENT)
    assert found
    return found.status, found.has_issues


def test_settling_twice_or_in_any_order_ends_handed_over_d_44(ready):
    pending, fulfilled = FulfilmentStatus.PENDING, FulfilmentStatus.FULFILLED
    seen = [settle(ready, fulfilled=each) for each in (False, False, True, True, False)]

    assert seen == [(pending, True)] * 2 + [(fulfilled, False)] * 3


def test_an_event_that_somebody_sent_settles_nothing(ready):
    for event in ("sent", "unknown"):
        assert settle(ready, fulfilled=True, event=event) == (FulfilmentStatus.PENDING, False)
