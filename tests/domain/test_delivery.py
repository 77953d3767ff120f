from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partner_events.domain.delivery import (
    MAX_ATTEMPTS,
    MOST_ATTEMPTS,
    RETRY_AFTER,
    Attempt,
    Delivery,
    DeliveryStatus,
    Failure,
)
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId

NOW = datetime(2026, 1, 2, tzinfo=UTC)
DELIVERY = Delivery(
    id=DeliveryId("dlv_1"),
    team=TeamId("t"),
    endpoint=EndpointId("ep_1"),
    event=TriggerId("e"),
    event_type="user_signup",
    position=Position("p"),
    shard=0,
    created_at=NOW,
)


def attempt(error="http_5xx", **changes):
    return Attempt(
        **{
            "at": NOW,
            "duration": timedelta(seconds=1),
            "url": "https://example.com",
            "error": error,
            **changes,
        }
    )


def after_failures(count, luck=0.5):
    delivery = DELIVERY
    for _ in range(count):
        delivery = delivery.after(attempt(), now=NOW, luck=luck)
    return delivery


def test_a_success_ends_a_delivery():
    delivery = DELIVERY.after(attempt(error=None, status_code=204), now=NOW, luck=0.5)

    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.next_attempt_at is None


@pytest.mark.parametrize("failures", range(1, MAX_ATTEMPTS))
def test_a_failed_attempt_is_retried_on_the_schedule(failures):
    delivery = after_failures(failures)

    assert delivery.status is DeliveryStatus.RETRYING
    assert delivery.next_attempt_at == NOW + RETRY_AFTER[failures - 1]


def test_the_last_failed_attempt_is_a_dead_end():
    delivery = after_failures(MAX_ATTEMPTS)

    assert delivery.status is DeliveryStatus.FAILED
    assert delivery.failure == "exhausted"


@pytest.mark.parametrize(("luck", "seconds"), [(0, 4), (0.5, 5), (1, 6)])
def test_retries_are_spread_by_a_fifth_to_either_side(luck, seconds):
    assert after_failures(1, luck=luck).next_attempt_at == NOW + timedelta(seconds=seconds)


def test_a_retry_after_is_honoured_when_it_asks_for_more_time():
    longer = attempt(retry_after=timedelta(minutes=7))
    shorter = attempt(retry_after=timedelta(seconds=1))

    assert DELIVERY.after(longer, now=NOW, luck=0.5).next_attempt_at == NOW + timedelta(minutes=7)
    assert DELIVERY.after(shorter, now=NOW, luck=0.5).next_attempt_at == NOW + RETRY_AFTER[0]


def test_an_endpoint_that_is_gone_is_not_asked_again():
    delivery = DELIVERY.after(attempt("http_4xx", status_code=410), now=NOW, luck=0.5)

    assert delivery.status is DeliveryStatus.FAILED
    assert delivery.failure == "gone"


def test_the_readme_says_for_how_long_we_try():
    hours = sum(RETRY_AFTER, timedelta()) / timedelta(hours=1)

    assert f"{hours:.1f} hours" in Path("README.md").read_text()


def test_an_attempt_that_failed_by_our_own_fault_uses_nothing_of_the_schedule_up():
    delivery = after_failures(MAX_ATTEMPTS - 1)
    ours = delivery.after(attempt("internal"), now=NOW, luck=0.5)
    last = ours.after(attempt(), now=NOW, luck=0.5)

    assert (ours.status, ours.next_attempt_at) == (DeliveryStatus.RETRYING, NOW + RETRY_AFTER[-1])
    assert (last.status, last.failure) == (DeliveryStatus.FAILED, "exhausted")


def test_a_delivery_that_only_fails_by_our_own_fault_comes_to_an_end_too():
    delivery = DELIVERY
    while not delivery.is_over:
        delivery = delivery.after(attempt("internal"), now=NOW, luck=0.5)

    assert (len(delivery.attempts), delivery.failure) == (MOST_ATTEMPTS, "internal")


def test_a_round_begins_with_the_whole_schedule_and_keeps_what_was_tried():
    exhausted = after_failures(MAX_ATTEMPTS)
    again = exhausted.begun_again("r1").after(attempt(), now=NOW, luck=0.5)

    assert (again.status, again.failure) == (DeliveryStatus.RETRYING, None)
    assert again.next_attempt_at == NOW + RETRY_AFTER[0]
    assert len(again.attempts) == MAX_ATTEMPTS + 1


@pytest.mark.parametrize(("failures", "recovered"), [(0, False), (3, False), (4, True), (11, True)])
def test_a_delivery_that_failed_for_half_an_hour_or_more_can_recover(failures, recovered):
    delivery = after_failures(failures).begun_again("r1")

    assert delivery.after(attempt(None), now=NOW, luck=0.5).has_recovered is recovered
    assert not after_failures(failures).has_recovered


def test_a_held_delivery_rests_but_is_not_over():
    held = DELIVERY.held(Failure.DISABLED)

    assert (held.rests, held.is_over, held.failure) == (True, False, "endpoint_disabled")
