"""A trigger: one accepted request under way, from the 201 to the last execution."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.errors import InvalidTriggerAt
from partner_events.domain.event import Event
from partner_events.domain.execution import Execution
from partner_events.domain.ids import Position, TriggerId
from partner_events.domain.timestamps import to_whole_second

HORIZON = timedelta(days=365)

# The longest an API function may run. A message without a record is older than that only
# if its request died before the record: then it belongs to nobody (DESIGN: accept protocol).
API_TIMEOUT = timedelta(seconds=10)
ORPHANED_AFTER = API_TIMEOUT + timedelta(seconds=5)
WORKER_TIMEOUT = timedelta(seconds=45)  # the longest a worker may run


class Status(StrEnum):
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a workflow that listens to the event did not run."""

    TAGS = "tags"
    INACTIVE = "inactive"  # the workflow that was asked for directly, by the time it was due


@dataclass(frozen=True, slots=True)
class Filtered:
    workflow: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the event led to, decided once: matching again could decide otherwise."""

    executions: tuple[Execution, ...] = ()
    filtered: tuple[Filtered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """`position` is the event's place in the log and `number` its integer id, once it has them."""

    id: TriggerId
    event: Event
    status: Status
    created_at: datetime
    due_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    position: Position | None = None
    number: int | None = None
    plan: Plan | None = None
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    failure: str | None = None

    @classmethod
    def accept(
        cls, event: Event, *, id: TriggerId, now: datetime, trigger_at: datetime | None
    ) -> Self:
        """Accept an event: queued if it is due, scheduled if it asked to wait.

        Raises `InvalidTriggerAt` unless `trigger_at` is ahead of `now` (S-21; equal is not
        ahead) and within 365 days (D-30).
        """
        if trigger_at is None:
            return cls(id=id, event=event, status=Status.QUEUED, created_at=now)
        if trigger_at <= now:
            raise InvalidTriggerAt("trigger_at must be a future date")
        if trigger_at > now + HORIZON:
            raise InvalidTriggerAt(f"trigger_at must be within {HORIZON.days} days")
        due_at = to_whole_second(trigger_at)
        return cls(id=id, event=event, status=Status.SCHEDULED, created_at=now, due_at=due_at)

    @property
    def occurred_at(self) -> datetime:
        """When the event happened: when it was accepted, or when it was asked to happen."""
        return self.due_at or self.created_at

    @property
    def total(self) -> int:
        """Count one for each workflow that took or filtered the event's contact (S-37)."""
        return len(self.plan.executions) + len(self.plan.filtered) if self.plan else 0

    @property
    def filtered(self) -> int:
        """Count what was kept from running, by a filter or by a cancel: S-37 has no other word."""
        return (len(self.plan.filtered) if self.plan else 0) + self.cancelled

    @property
    def has_fired(self) -> bool:
        """Tell whether the event happened; a cancel that came later only stops its executions."""
        if self.status is Status.CANCELLED:
            return self.started_at is not None
        return self.status is Status.PROCESSING

    @property
    def is_over(self) -> bool:
        return self.state in (Status.COMPLETED, Status.FAILED, Status.CANCELLED)

    @property
    def state(self) -> Status:
        """The status as the API shows it: completed is counted, so that no write is needed."""
        if self.status is Status.PROCESSING and self.plan is not None:
            over = self.sent + self.failed + self.cancelled
            return Status.COMPLETED if over == len(self.plan.executions) else self.status
        return self.status
