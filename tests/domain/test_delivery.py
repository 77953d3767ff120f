from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from partner_events.domain.delivery import (
    MAX_ATTEMPTS,
    RETRY_AFTER,
    Attempt,
    Delivery,
    DeliveryStatus,
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
