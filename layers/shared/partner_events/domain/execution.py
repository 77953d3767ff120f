"""An execution: one workflow running for one contact, one step at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from partner_events.domain.ids import ContactId, ExecutionId, TeamId, TriggerId


class ExecutionStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED)
CANCELLED = "trigger_cancelled"  # why an execution was cancelled
FAILED_BY_WORKFLOW = "workflow_failed"  # a step led to `$fail`
EXITED = "exited"  # an event says that it is over
TOO_LONG = "max_duration"  # it took longer than its workflow allows

END = "$end"  # where steps lead to instead of a step: the execution ends, well or not
FAIL = "$fail"


class StepStatus(StrEnum):
    COMPLETED = "completed"
    SKIPPED = "skipped"
    RETRYING = "retrying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAttempt:
    """One try of one step: what came of it, and the status code if a server answered.

    `reason` says why a step was skipped, or which way it went on.
    """

    step: str
    attempt: int
    status: StepStatus
    at: datetime
    status_code: int | None = None
    error: str | None = None
    reason: str | None = None
    type: str = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """`step` and `attempt` are the cursor: what is to be done next, or was done last.

    `since` says when it came to that step. With `waits` it is woken at `retry_at`, as the next
    attempt. `outputs` are the values that steps kept for those after them, by step.

    `page` and `place` say where it stands in the trigger's audience, if that has one.
    One that repeats another from some step on is the `replay_of` that one.
    `leased_until` belongs to the worker that claimed the cursor: it is also the token by
    which a worker that overslept its lease is refused.
    """

    id: ExecutionId
    team: TeamId
    trigger: TriggerId
    workflow: str
    version: int
    contact: ContactId | None
    step: str
    page: int | None = None
    place: int | None = None
    attempt: int = 1
    status: ExecutionStatus = ExecutionStatus.QUEUED
    leased_until: datetime | None = None
    retry_at: datetime | None = None
    waits: bool = False
    since: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None
    history: tuple[StepAttempt, ...] = ()
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    replay_of: ExecutionId | None = None

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    def stands_at(self, step: str, attempt: int) -> bool:
        return not self.is_over and (self.step, self.attempt) == (step, attempt)

    @property
    def arrived_at(self) -> datetime | None:
        """Tell when it came to the step where it stands."""
        return self.since or self.started_at

    def moved_on(self, made: StepAttempt, *, to: str | None, now: datetime) -> Self:
        """Go on to the step `to`, or end well, or as failed; without a step it ends well."""
        done = replace(self._rested(), history=(*self.history, made))
        if to is None or to == END:
            return done._ended(ExecutionStatus.COMPLETED, None, now)
        if to == FAIL:
            return done._ended(ExecutionStatus.FAILED, FAILED_BY_WORKFLOW, now)
        return replace(done, step=to, attempt=1, since=now)

    def waiting(self, *, until: datetime) -> Self:
        """Stay at this step, and be woken then."""
        return replace(self._rested(), attempt=self.attempt + 1, retry_at=until, waits=True)

    def retried(self, made: StepAttempt, *, at: datetime) -> Self:
        return replace(
            self._rested(),
            history=(*self.history, made),
            attempt=self.attempt + 1,
            retry_at=at,
        )

    def keeping(self, outputs: Mapping[str, Any]) -> Self:
        """Keep what the step where it stands found, for the steps after it."""
        return replace(self, outputs={**self.outputs, self.step: outputs})

    def given_up(self, made: StepAttempt, *, now: datetime) -> Self:
        done = replace(self, history=(*self.history, made))
        return done._ended(ExecutionStatus.FAILED, None, now)

    def overdue(self, *, now: datetime) -> Self:
        """Go no further, since it has taken longer than its workflow allows."""
        return self._ended(ExecutionStatus.FAILED, TOO_LONG, now)

    def cancelled(self, *, now: datetime, reason: str = CANCELLED) -> Self:
        """Go no further, for a reason from outside; what was done stays in the history."""
        return self._ended(ExecutionStatus.CANCELLED, reason, now)

    def replayed(self, *, id: ExecutionId, version: int, step: str, now: datetime) -> Self:
        """Begin again at `step`, with what the steps before it kept the first time."""
        steps = [made.step for made in self.history]
        before = steps[: steps.index(step)] if step in steps else steps
        return replace(
            self._rested(),
            id=id,
            version=version,
            step=step,
            attempt=1,
            status=ExecutionStatus.RUNNING,
            since=None,
            started_at=now,
            finished_at=None,
            failure=None,
            history=(),
            outputs={of: kept for of, kept in self.outputs.items() if of in before},
            replay_of=self.id,
        )

    def _rested(self) -> Self:
        return replace(self, leased_until=None, retry_at=None, waits=False)

    def _ended(self, status: ExecutionStatus, failure: str | None, now: datetime) -> Self:
        return replace(self._rested(), status=status, failure=failure, finished_at=now)
