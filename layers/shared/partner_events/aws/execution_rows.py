"""Executions in and out of their rows; `executions` says where those stand."""

from datetime import datetime

from partner_events.aws.items import Row
from partner_events.aws.trigger_rows import KEPT_FOR
from partner_events.domain.execution import Execution, ExecutionStatus, StepAttempt, StepStatus
from partner_events.domain.ids import ContactId, ExecutionId, TeamId, TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.jsontext import dumps, loads


def place(trigger: TriggerId, page: int | None) -> str:
    return f"TRIGGER#{trigger}" if page is None else f"TRIGGER#{trigger}#{page}"


def partition(of: RunStep | Execution) -> str:
    return place(of.trigger, of.page)


def execution_row(execution: Execution) -> Row:
    return {
        "pk": partition(execution),
        "sk": f"EXECUTION#{execution.id}",
        "team": execution.team,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact": execution.contact or "",
        "step": execution.step,
        "attempt": execution.attempt,
        "place": execution.place,
        "status": execution.status.value,
        "retry_ms": _ms(execution.retry_at),
        "waits": execution.waits or None,
        "since_ms": _ms(execution.since),
        "outputs": dumps(execution.outputs) if execution.outputs else None,
        "started_ms": _ms(execution.started_at),
        "finished_ms": _ms(execution.finished_at),
        "failure": execution.failure,
        "replay_of": execution.replay_of,
        "history": [_attempt_row(attempt) for attempt in execution.history],
        "ttl": int((_latest(execution) + KEPT_FOR).timestamp()),
    }


def _latest(execution: Execution) -> datetime:
    started = execution.started_at or from_milliseconds(0)
    return max(started, execution.retry_at or started, execution.finished_at or started)


def _attempt_row(attempt: StepAttempt) -> Row:
    return {
        "step": attempt.step,
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "at_ms": milliseconds(attempt.at),
        "status_code": attempt.status_code,
        "error": attempt.error,
        "reason": attempt.reason,
        "type": attempt.type if attempt.type != "webhook" else None,
    }


def execution_of(row: Row) -> Execution:
    trigger, _, page = row["pk"].removeprefix("TRIGGER#").partition("#")
    return Execution(
        id=ExecutionId(row["sk"].removeprefix("EXECUTION#")),
        team=TeamId(row["team"]),
        trigger=TriggerId(trigger),
        page=int(page) if page else None,
        place=row.get("place"),
        workflow=row["workflow"],
        version=row["version"],
        contact=ContactId(row["contact"]) if row["contact"] else None,
        step=row["step"],
        attempt=row["attempt"],
        status=ExecutionStatus(row["status"]),
        leased_until=_time(row, "leased_ms"),
        retry_at=_time(row, "retry_ms"),
        waits=row.get("waits", False),
        since=_time(row, "since_ms"),
        outputs=loads(row["outputs"]) if "outputs" in row else {},
        started_at=_time(row, "started_ms"),
        finished_at=_time(row, "finished_ms"),
        failure=row.get("failure"),
        replay_of=row.get("replay_of"),
        history=tuple(map(_attempt_of, row.get("history", []))),
    )


def _attempt_of(each: Row) -> StepAttempt:
    return StepAttempt(
        step=each["step"],
        attempt=each["attempt"],
        status=StepStatus(each["status"]),
        at=from_milliseconds(each["at_ms"]),
        status_code=each.get("status_code"),
        error=each.get("error"),
        reason=each.get("reason"),
        type=each.get("type", "webhook"),
    )


def _ms(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None


def _time(row: Row, name: str) -> datetime | None:
    return from_milliseconds(row[name]) if name in row else None
