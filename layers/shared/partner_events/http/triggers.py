"""GET /api/v1/triggers/{id} and its workflow view on the wire (S-35 to S-38)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.execution import Execution, StepAttempt
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.domain.trigger import Status, Trigger


def trigger_reply(trigger: Trigger) -> dict[str, Any]:
    reply = {
        "id": trigger.id,
        "flow_type": "workflow",
        "trigger_type": "workflow",
        "status": trigger.state.value,
        "created_at": format_timestamp(trigger.created_at),
        "started_at": _time(trigger.started_at),
        "completed_at": _time(trigger.finished_at) if trigger.is_over else None,
        "summary": {
            "total_contacts": trigger.total,
            "sent": trigger.sent,
            "failed": trigger.failed,
            "filtered": trigger.filtered,
        },
        "details_endpoint": f"/triggers/{trigger.id}/workflow",
    }
    if trigger.due_at:
        reply["scheduled_for"] = format_timestamp(trigger.due_at)
    if trigger.failure:
        reply["failure_reason"] = trigger.failure
    return reply


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerFilters:
    """Which triggers a list is asked for."""

    status: Status | None
    event_name: str | None
    since: datetime | None


def trigger_filters(query: Mapping[str, str]) -> TriggerFilters:
    """Read the filters of a list. Raises `InvalidInput`."""
    status, since = query.get("status"), query.get("since")
    if status is not None and status not in set(Status):
        raise _invalid("status", f"must be one of {', '.join(Status)}")
    try:
        accepted_since = parse_timestamp(since) if since is not None else None
    except ValueError as error:
        raise _invalid("since", "must be an ISO 8601 date and time") from error
    return TriggerFilters(
        status=Status(status) if status is not None else None,
        event_name=query.get("event_name"),
        since=accepted_since,
    )


def _invalid(field: str, what: str) -> InvalidInput:
    return InvalidInput(f"{field} {what}", [FieldProblem(field, what)])


def listed_trigger_reply(trigger: Trigger) -> dict[str, Any]:
    return {**trigger_reply(trigger), "event_name": trigger.event.name}


def trigger_workflow_reply(trigger: Trigger, begun: Sequence[Execution]) -> dict[str, Any]:
    """Explain a trigger: each workflow that ran and how far, and each that did not and why."""
    by_id = {execution.id: execution for execution in begun}
    planned = trigger.plan.executions if trigger.plan else ()
    filtered = trigger.plan.filtered if trigger.plan else ()
    return {
        **trigger_reply(trigger),
        "event_name": trigger.event.name,
        "workflows": [
            *({"key": each.workflow, "outcome": "executed", "reason": None} for each in planned),
            *(
                {"key": each.workflow, "outcome": "filtered", "reason": each.reason.value}
                for each in filtered
            ),
        ],
        "executions": [
            _execution(each)
            for each in (begun if trigger.walk else [by_id.get(each.id, each) for each in planned])
        ],
    }


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact_id": execution.contact,
        "status": execution.status.value,
        "current_step": None if execution.is_over else execution.step,
        "started_at": _time(execution.started_at),
        "completed_at": _time(execution.finished_at),
        "next_attempt_at": _time(execution.retry_at),
        "failure_reason": execution.failure,
        "steps": [_attempt(attempt) for attempt in execution.history],
    }


def _attempt(attempt: StepAttempt) -> dict[str, Any]:
    return {
        "id": attempt.step,
        "type": "webhook",
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "error": attempt.error,
    }


def _time(instant: datetime | None) -> str | None:
    return format_timestamp(instant) if instant else None
