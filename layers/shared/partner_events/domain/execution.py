"""An execution: one workflow running for one contact, one step at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from partner_events.domain.ids import ContactId, ExecutionId, TeamId, TriggerId


class ExecutionStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED)
CANCELLED = "trigger_cancelled"  # why an execution was cancelled


class StepStatus(StrEnum):
    COMPLETED = "completed"
    RETRYING = "retrying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAttempt:
    """One try of one step: what came of it, and the status code if a server answered."""

    step: str
    attempt: int
    status: StepStatus
    at: datetime
    status_code: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """`step` and `attempt` are the cursor: what is to be done next, or was done last.

    `page` and `place` say where it stands in the trigger's audience, if that has one.
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
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None
    history: tuple[StepAttempt, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    def stands_at(self, step: str, attempt: int) -> bool:
        return not self.is_over and (self.step, self.attempt) == (step, attempt)

    def moved_on(self, made: StepAttempt, *, to: str | None, now: datetime) -> Self:
        """Go on to the step `to`; there is none after the last step: then it is over."""
        done = replace(self, history=(*self.history, made), leased_until=None, retry_at=None)
        if to is not None:
            return replace(done, step=to, attempt=1)
        return replace(done, status=ExecutionStatus.COMPLETED, finished_at=now)

    def retried(self, made: StepAttempt, *, at: datetime) -> Self:
        return replace(
            self,
            history=(*self.history, made),
            attempt=self.attempt + 1,
            leased_until=None,
            retry_at=at,
        )

    def given_up(self, made: StepAttempt, *, now: datetime) -> Self:
        return replace(
            self,
            history=(*self.history, made),
            leased_until=None,
            retry_at=None,
            status=ExecutionStatus.FAILED,
            finished_at=now,
        )

    def cancelled(self, *, now: datetime) -> Self:
        """Go no further, since the trigger was cancelled; what was done stays in the history."""
        return replace(
            self,
            leased_until=None,
            retry_at=None,
            status=ExecutionStatus.CANCELLED,
            failure=CANCELLED,
            finished_at=now,
        )
