"""Executions on DynamoDB, beside the trigger that they belong to.

pk                     sk                what it holds
TRIGGER#<id>           EXECUTION#<id>    the cursor (`step`, `attempt`), its lease, the attempts
TRIGGER#<id>#<page>    EXECUTION#<id>    the same, planned with that page of an audience
"""

from collections.abc import Sequence
from datetime import datetime

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put, update
from partner_events.aws.trigger_rows import KEPT_FOR, count_key
from partner_events.domain.execution import (
    CANCELLED,
    Execution,
    ExecutionStatus,
    StepAttempt,
    StepStatus,
)
from partner_events.domain.ids import ContactId, ExecutionId, TeamId, TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

OVER = {
    ExecutionStatus.COMPLETED: "sent",
    ExecutionStatus.FAILED: "failed",
    ExecutionStatus.CANCELLED: "cancelled",
}
UNLEASED = "(attribute_not_exists(leased_ms) OR leased_ms <= :now)"


class DynamoExecutionStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(self, message: RunStep, *, now: datetime, until: datetime) -> Execution | None:
        stands_here = "#status = :running AND step = :step AND attempt = :attempt"
        claimable = f"{stands_here} AND {UNLEASED}"
        try:
            row = self._table.update(
                _partition(message),
                f"EXECUTION#{message.execution}",
                "SET #status = :running, step = :step, attempt = :attempt, leased_ms = :until,"
                " started_ms = if_not_exists(started_ms, :now), team = :team,"
                " workflow = :workflow, version = :version, contact = :contact, #ttl = :ttl",
                only_if=f"{NEW} OR ({claimable})" if message.first else claimable,
                running=ExecutionStatus.RUNNING.value,
                until=milliseconds(until),
                now=milliseconds(now),
                **_named(message, now),
            )
        except ConditionFailed:
            return None
        return _execution(row)

    def get(self, message: RunStep) -> Execution | None:
        row = self._table.get(_partition(message), f"EXECUTION#{message.execution}")
        return _execution(row) if row else None

    def save(self, execution: Execution, *, claimed: Execution) -> None:
        row = _row(execution)
        lease_is_ours = "leased_ms = :lease AND step = :step AND attempt = :attempt"
        assert claimed.leased_until is not None
        write = put(
            row,
            only_if=lease_is_ours,
            lease=milliseconds(claimed.leased_until),
            step=claimed.step,
            attempt=claimed.attempt,
        )
        try:
            self._commit(write, execution)
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere(execution.id) from error

    def fail(self, message: RunStep, *, reason: str, now: datetime) -> bool:
        failed = ExecutionStatus.FAILED
        write = update(
            _partition(message),
            f"EXECUTION#{message.execution}",
            "SET #status = :failed, failure = :reason, finished_ms = :now, team = :team,"
            " workflow = :workflow, version = :version, contact = :contact, step = :step,"
            " attempt = :attempt, #ttl = :ttl REMOVE leased_ms",
            only_if="attribute_not_exists(#status) OR"
            " (#status = :running AND step = :step AND attempt = :attempt)",
            failed=failed.value,
            running=ExecutionStatus.RUNNING.value,
            reason=reason,
            now=milliseconds(now),
            **_named(message, now),
        )
        return self._counted(write, message, failed, now)

    def cancel(self, message: RunStep, *, now: datetime) -> bool:
        cancelled = ExecutionStatus.CANCELLED
        write = update(
            _partition(message),
            f"EXECUTION#{message.execution}",
            "SET #status = :cancelled, failure = :reason, finished_ms = :now, team = :team,"
            " workflow = :workflow, version = :version, contact = :contact,"
            " step = if_not_exists(step, :step), attempt = if_not_exists(attempt, :attempt),"
            " #ttl = :ttl REMOVE leased_ms, retry_ms",
            only_if=f"attribute_not_exists(#status) OR (#status = :running AND {UNLEASED})",
            cancelled=cancelled.value,
            running=ExecutionStatus.RUNNING.value,
            reason=CANCELLED,
            now=milliseconds(now),
            **_named(message, now),
        )
        return self._counted(write, message, cancelled, now)

    def _counted(
        self, write: Write, message: RunStep, status: ExecutionStatus, now: datetime
    ) -> bool:
        try:
            self._table.transact(write, _count(message, OVER[status], now))
        except ConditionFailed:
            return False
        return True

    def of_trigger(self, trigger: TriggerId, *, page: int | None = None) -> Sequence[Execution]:
        rows = self._table.all(_place(trigger, page), "EXECUTION#")
        return [_execution(row) for row in rows]

    def _commit(self, write: Row, execution: Execution) -> None:
        if execution.is_over:
            assert execution.finished_at is not None
            counter = _count(execution, OVER[execution.status], execution.finished_at)
            self._table.transact(write, counter)
        else:
            self._table.write(write)


def _named(message: RunStep, now: datetime) -> Row:
    """Take from a message what begins an execution's row, if it is the first to write it."""
    return {
        "team": message.team,
        "workflow": message.workflow,
        "version": message.version,
        "contact": message.contact or "",
        "step": message.step,
        "attempt": message.attempt,
        "ttl": int((now + KEPT_FOR).timestamp()),
    }


def _place(trigger: TriggerId, page: int | None) -> str:
    return f"TRIGGER#{trigger}" if page is None else f"TRIGGER#{trigger}#{page}"


def _partition(of: RunStep | Execution) -> str:
    return _place(of.trigger, of.page)


def _count(of: RunStep | Execution, what: str, now: datetime) -> Row:
    return update(
        f"TRIGGER#{of.trigger}",
        "PLAN" if of.page is None else count_key(of.page),
        f"SET finished_ms = :now ADD {what} :one, #left :one_less",
        only_if="attribute_exists(pk)",
        now=milliseconds(now),
        one=1,
        one_less=-1,
    )


def _row(execution: Execution) -> Row:
    return {
        "pk": _partition(execution),
        "sk": f"EXECUTION#{execution.id}",
        "team": execution.team,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact": execution.contact or "",
        "step": execution.step,
        "attempt": execution.attempt,
        "status": execution.status.value,
        "retry_ms": _ms(execution.retry_at),
        "started_ms": _ms(execution.started_at),
        "finished_ms": _ms(execution.finished_at),
        "failure": execution.failure,
        "history": [_attempt_row(attempt) for attempt in execution.history],
        "ttl": int(((execution.started_at or from_milliseconds(0)) + KEPT_FOR).timestamp()),
    }


def _attempt_row(attempt: StepAttempt) -> Row:
    return {
        "step": attempt.step,
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "at_ms": milliseconds(attempt.at),
        "status_code": attempt.status_code,
        "error": attempt.error,
    }


def _execution(row: Row) -> Execution:
    trigger, _, page = row["pk"].removeprefix("TRIGGER#").partition("#")
    return Execution(
        id=ExecutionId(row["sk"].removeprefix("EXECUTION#")),
        team=TeamId(row["team"]),
        trigger=TriggerId(trigger),
        page=int(page) if page else None,
        workflow=row["workflow"],
        version=row["version"],
        contact=ContactId(row["contact"]) if row["contact"] else None,
        step=row["step"],
        attempt=row["attempt"],
        status=ExecutionStatus(row["status"]),
        leased_until=_time(row, "leased_ms"),
        retry_at=_time(row, "retry_ms"),
        started_at=_time(row, "started_ms"),
        finished_at=_time(row, "finished_ms"),
        failure=row.get("failure"),
        history=tuple(
            StepAttempt(
                step=each["step"],
                attempt=each["attempt"],
                status=StepStatus(each["status"]),
                at=from_milliseconds(each["at_ms"]),
                status_code=each.get("status_code"),
                error=each.get("error"),
            )
            for each in row.get("history", [])
        ),
    )


def _ms(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None


def _time(row: Row, name: str) -> datetime | None:
    return from_milliseconds(row[name]) if name in row else None
