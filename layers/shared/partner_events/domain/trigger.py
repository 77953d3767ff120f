"""A trigger: one accepted request under way, from the 201 to the last execution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.errors import InvalidTriggerAt
from partner_events.domain.event import Event
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId, Position, TriggerId, execution_id
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
    """Why a workflow that listens to the event did not run, or a step of one."""

    TRIGGER_CONDITION = "trigger_condition"  # the rule at the trigger did not hold
    SOURCES = "sources"
    TAGS = "tags"
    SEGMENTS = "segments"
    CONDITION = "condition"  # the rule of the filters did not hold
    KEY_MISSING = "key_missing"  # the key that executions are counted by came to nothing
    FREQUENCY = "frequency"  # it has run for this contact or key, and runs once for each
    COOLDOWN = "cooldown"
    RUNNING = "running"  # one for this contact or key still runs
    NO_CONTACT = "no_contact"  # the step is about a contact, and the event is about nobody
    NO_ADDRESS = "no_address"  # the contact has none of this channel
    NO_CONSENT = "no_consent"  # to marketing on this channel
    SUPPRESSED = "suppressed"  # the address bounced, complained, or left our marketing
    MISSING_VALUE = "missing_value"  # a message refers to one, and shall not go without it
    INACTIVE = "inactive"  # the workflow that was asked for directly, by the time it was due


@dataclass(frozen=True, slots=True)
class Filtered:
    workflow: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far a trigger has come with its audience, and what that has led to so far.

    `workflow`, `version` and `step` are what every execution begins with; `page` is the next
    one to plan, and `cursor` the place in the list of contacts where it begins.
    """

    workflow: str
    version: int
    step: str
    page: int = 0
    cursor: str | None = None
    is_over: bool = False
    planned: int = 0
    filtered: Mapping[Reason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the event led to, decided once: matching again could decide otherwise.

    For an audience it is decided page by page, as the `walk` comes to them.
    """

    executions: tuple[Execution, ...] = ()
    filtered: tuple[Filtered, ...] = ()
    walk: Walk | None = None

    @property
    def running(self) -> int:
        """Count the executions, whether they are over or not."""
        return self.walk.planned if self.walk else len(self.executions)

    @property
    def kept_out(self) -> int:
        return sum(self.walk.filtered.values()) if self.walk else len(self.filtered)

    @property
    def is_whole(self) -> bool:
        return self.walk is None or self.walk.is_over


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
    def walk(self) -> Walk | None:
        return self.plan.walk if self.plan else None

    @property
    def total(self) -> int:
        """Count one for each workflow that took or filtered the event's contact (S-37).

        Of an audience, count each contact.
        """
        return self.plan.running + self.plan.kept_out if self.plan else 0

    @property
    def filtered(self) -> int:
        """Count what was kept from running, by a filter or by a cancel: S-37 has no other word."""
        return (self.plan.kept_out if self.plan else 0) + self.cancelled

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
            is_done = self.plan.is_whole and over == self.plan.running
            return Status.COMPLETED if is_done else self.status
        return self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePage:
    """So many of an audience as are planned at once, decided once: who runs, who is filtered."""

    number: int
    contacts: tuple[ContactId, ...] = ()
    filtered: tuple[tuple[ContactId, Reason], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.contacts or self.filtered)

    def executions(self, trigger: Trigger) -> Sequence[Execution]:
        """Name the page's executions: they come out the same however often that is done."""
        walk = trigger.walk
        assert walk is not None
        team = trigger.event.team
        return [
            Execution(
                id=execution_id(team, trigger.id, walk.workflow, contact),
                team=team,
                trigger=trigger.id,
                workflow=walk.workflow,
                version=walk.version,
                contact=contact,
                step=walk.step,
                page=self.number,
                place=place,
            )
            for place, contact in enumerate(self.contacts)
        ]
