"""A delivery: one event on its way to one endpoint, over as many attempts as it takes.

It ends delivered or failed, or rests while its endpoint takes nothing (held). Only an explicit
order (a retry, a release, a replay) begins another round, with the whole schedule before it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.endpoint import Format
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId
from partner_events.domain.webhook import ErrorClass, WebhookAnswer, never_fits

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
MOST_ATTEMPTS = 2 * MAX_ATTEMPTS  # of one round, those that failed by our own fault among them
RECOVERED_AFTER = 4  # failed attempts: so many are no hiccup any more, but half an hour
JITTER = 0.2  # ± 20 %, so that an endpoint that comes back is not hit by all at once

GONE = 410  # the endpoint says that it will never want this again


class Failure(StrEnum):
    """Why a delivery rests or has failed."""

    EXHAUSTED = "exhausted"  # no attempt of the schedule succeeded
    GONE = "gone"  # the endpoint says that it will never want this again
    DELETED = "endpoint_deleted"
    DISCARDED = "discarded"  # its owner let it go while it was held
    INTERNAL = "internal"  # our own fault
    DISABLED = "endpoint_disabled"  # held until the endpoint is enabled, and this released
    TEST = "test"  # a test is made once
    TOO_LARGE = "too_large"  # for a queue or event bus, and it gets no smaller
    INACTIVE = "endpoint_inactive"  # held: it was under way when its owner switched it off


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    HELD = "held"
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

    @property
    def is_our_fault(self) -> bool:
        return self.error == ErrorClass.INTERNAL

    @property
    def never_fits(self) -> bool:
        return never_fits(self.error, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`position` and `shard` find the event in the log.

    `round` names the last order to send it: it sorts by time, and is "" for the event's own
    fan-out. `earlier` counts the attempts of the rounds before. The `format` is the endpoint's
    when the event ran: every attempt sends the same body, and a new format is for later events.
    A `test` tells of an event that never happened: it is in no log, and is never tried again.
    The `line` is that of its key, if its endpoint wants order; `in_line` while others wait for it.
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
    round: str = ""
    earlier: int = 0
    test: bool = False
    line: str = ""
    in_line: bool = False

    @property
    def is_over(self) -> bool:
        return self.status in (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)

    @property
    def rests(self) -> bool:
        """Tell whether nothing goes on with it unless somebody asks."""
        return self.is_over or self.status is DeliveryStatus.HELD

    @property
    def failures(self) -> int:
        """Count the attempts of this round that failed by no fault of ours."""
        made = self.attempts[self.earlier :]
        return sum(not (each.succeeded or each.is_our_fault) for each in made)

    @property
    def has_recovered(self) -> bool:
        """Tell whether it was delivered after all, when that could no longer be expected."""
        failed = len(self.attempts) - 1
        return self.status is DeliveryStatus.DELIVERED and failed >= RECOVERED_AFTER

    def begun_again(self, round: str) -> Self:
        """Begin another round: what came of those before is kept, but no longer counts."""
        return replace(
            self,
            round=round,
            earlier=len(self.attempts),
            status=DeliveryStatus.PENDING,
            next_attempt_at=None,
            failure=None,
        )

    def after(self, attempt: Attempt, *, now: datetime, luck: float) -> Self:
        """Record an attempt: delivered, to be retried, or a dead end after the last.

        `luck` between 0 and 1 spreads the retries; a `Retry-After` is honoured when it asks
        for more time than we would have left anyway. An attempt that failed by our own fault
        uses none of the schedule up.
        """
        tried = replace(self, attempts=(*self.attempts, attempt), next_attempt_at=None)
        if attempt.succeeded:
            return replace(tried, status=DeliveryStatus.DELIVERED, in_line=False)
        if self.test:
            return tried.given_up(Failure.TEST)
        if attempt.status_code == GONE:
            return tried.given_up(Failure.GONE)
        if attempt.never_fits:
            return tried.given_up(Failure.TOO_LARGE)
        made = len(tried.attempts) - self.earlier
        if tried.failures >= MAX_ATTEMPTS:
            return tried.given_up(Failure.EXHAUSTED)
        if made >= MOST_ATTEMPTS:
            return tried.given_up(Failure.INTERNAL)
        wait = RETRY_AFTER[min(made, len(RETRY_AFTER)) - 1] * (1 + JITTER * (2 * luck - 1))
        wait = max(wait, attempt.retry_after or timedelta())
        return replace(tried, status=DeliveryStatus.RETRYING, next_attempt_at=now + wait)

    def held(self, reason: Failure) -> Self:
        return replace(self, status=DeliveryStatus.HELD, next_attempt_at=None, failure=reason.value)

    def given_up(self, reason: Failure) -> Self:
        return replace(
            self,
            status=DeliveryStatus.FAILED,
            next_attempt_at=None,
            failure=reason.value,
            in_line=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """What a list knows of a delivery, which may have gone on since."""

    id: DeliveryId
    team: TeamId
    event_type: str
    status: DeliveryStatus
    created_at: datetime
