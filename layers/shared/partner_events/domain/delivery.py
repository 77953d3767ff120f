"""A delivery: one event on its way to one endpoint, over as many attempts as it takes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.endpoint import Format
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId
from partner_events.domain.webhook import WebhookAnswer

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after each failed attempt: ten retries within 75.6 hours, then a dead end."""
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
JITTER = 0.2  # ± 20 %, so that an endpoint that comes back is not hit by all at once

GONE = 410  # the endpoint says that it will never want this again


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP try. `error` is an error class, and `response` the first 4 KiB of the answer."""

    at: datetime
    duration: timedelta
    url: str
    status_code: int | None = None
    error: str | None = None
    response: bytes = b""
    retry_after: timedelta | None = None

    @classmethod
    def of(cls, answer: WebhookAnswer, *, at: datetime, url: str) -> Self:
        return cls(
            at=at,
            duration=answer.duration,
            url=url,
            status_code=answer.status,
            error=answer.error,
            response=answer.excerpt,
            retry_after=answer.retry_after,
        )

    @property
    def succeeded(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`position` and `shard` find the event in the log.

    The `format` is the endpoint's when the event ran: every attempt sends the same body, and a
    new format is for later events.
    A `test` tells of an event that never happened: it is in no log, and is never tried again.
    """

    id: DeliveryId
    team: TeamId
    endpoint: EndpointId
    event: TriggerId
    event_type: str
    position: Position
    shard: int
    created_at: datetime
    format: Format = Format.STANDARD
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: tuple[Attempt, ...] = ()
    next_attempt_at: datetime | None = None
    failure: str | None = None
    test: bool = False

    @property
    def is_over(self) -> bool:
        return self.status in (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)

    def after(self, attempt: Attempt, *, now: datetime, luck: float) -> Self:
        """Record an attempt: delivered, to be retried, or a dead end after the last.

        `luck` between 0 and 1 spreads the retries; a `Retry-After` is honoured when it asks
        for more time than we would have left anyway.
        """
        tried = replace(self, attempts=(*self.attempts, attempt), next_attempt_at=None)
        if attempt.succeeded:
            return replace(tried, status=DeliveryStatus.DELIVERED)
        if self.test:
            return tried.given_up("test")
        if attempt.status_code == GONE:
            return tried.given_up("gone")
        if len(tried.attempts) >= MAX_ATTEMPTS:
            return tried.given_up("exhausted")
        wait = RETRY_AFTER[len(tried.attempts) - 1] * (1 + JITTER * (2 * luck - 1))
        wait = max(wait, attempt.retry_after or timedelta())
        return replace(tried, status=DeliveryStatus.RETRYING, next_attempt_at=now + wait)

    def given_up(self, reason: str) -> Self:
        return replace(self, status=DeliveryStatus.FAILED, next_attempt_at=None, failure=reason)
