"""GET /api/v1/triggers/{id} and its workflow view on the wire (S-35 to S-38)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.execution import Execution, ExecutionStatus, StepAttempt, StepStatus
from partner_events.domain.outputs import without_secrets
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.domain.trigger import Status, Trigger


class SummaryReply(TypedDict):
    total_contacts: int
    sent: int
    failed: int
    filtered: int


class TriggerReply(TypedDict):
    id: str
    flow_type: Literal["workflow"]
    trigger_type: Literal["workflow"]
    status: Status
    created_at: str
    started_at: str | None
    completed_at: str | None
    summary: SummaryReply
    details_endpoint: str
    scheduled_for: NotRequired[str]
    failure_reason: NotRequired[str]


class ListedTriggerReply(TriggerReply):
    event_name: str


class WorkflowOutcome(TypedDict):
    """A workflow that the event met: it ran, or `reason` says why it did not.

    Of an audience, `contacts` says of how many members that is true.
    """

    key: str
    outcome: Literal["executed", "filtered"]
    reason: str | None
    contacts: NotRequired[int]


class StepReply(TypedDict):
    id: str
    type: str
    attempt: int
    status: StepStatus
    at: str
    status_code: int | None
    error: str | None
    reason: str | None


class ExecutionReply(TypedDict):
    """`replay_of` is the execution that this one repeats from some step on, if it does."""

    id: str
    replay_of: str | None
    workflow: str
    version: int
    contact_id: str | None
    status: ExecutionStatus
    current_step: str | None
    started_at: str | None
    completed_at: str | None
    next_attempt_at: str | None
    waiting_until: str | None
    failure_reason: str | None
    steps: list[StepReply]
    outputs: dict[str, Any]


class FilteredContactReply(TypedDict):
    contact_id: str
    reason: str


class TriggerWorkflowReply(ListedTriggerReply):
    """Of an audience an answer shows a page, and the cursor goes on; else it shows all."""

    workflows: list[WorkflowOutcome]
    executions: list[ExecutionReply]
    filtered_contacts: list[FilteredContactReply]
    next_cursor: str | None
    has_more: bool


def trigger_reply(trigger: Trigger) -> TriggerReply:
    reply: TriggerReply = {
        "id": trigger.id,
        "flow_type": "workflow",
        "trigger_type": "workflow",
        "status": trigger.state,
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


def listed_trigger_reply(trigger: Trigger) -> ListedTriggerReply:
    return {**trigger_reply(trigger), "event_name": trigger.event.name}


def trigger_workflow_reply(trigger: Trigger, begun: Sequence[Execution]) -> TriggerWorkflowReply:
    """Explain a trigger: each workflow that ran and how far, and each that did not and why."""
    by_id = {execution.id: execution for execution in begun}
    planned = trigger.plan.executions if trigger.plan else ()
    filtered = trigger.plan.filtered if trigger.plan else ()
    return {
        **trigger_reply(trigger),
        "event_name": trigger.event.name,
        "workflows": [
            *(
                _outcome(each.workflow, "executed", None)
                for each in planned
                if each.replay_of is None
            ),
            *(_outcome(each.workflow, "filtered", each.reason) for each in filtered),
        ],
        "executions": [
            execution_reply(each)
            for each in (begun if trigger.walk else [by_id.get(each.id, each) for each in planned])
        ],
        "filtered_contacts": [],
        "next_cursor": None,
        "has_more": False,
    }


def _outcome(
    workflow: str, outcome: Literal["executed", "filtered"], reason: str | None
) -> WorkflowOutcome:
    return {"key": workflow, "outcome": outcome, "reason": reason}


def execution_reply(execution: Execution) -> ExecutionReply:
    return {
        "id": execution.id,
        "replay_of": execution.replay_of,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact_id": execution.contact,
        "status": execution.status,
        "current_step": None if execution.is_over else execution.step,
        "started_at": _time(execution.started_at),
        "completed_at": _time(execution.finished_at),
        "next_attempt_at": None if execution.waits else _time(execution.retry_at),
        "waiting_until": _time(execution.retry_at) if execution.waits else None,
        "failure_reason": execution.failure,
        "steps": [_attempt(attempt) for attempt in execution.history],
        "outputs": without_secrets(execution.outputs),
    }


def _attempt(attempt: StepAttempt) -> StepReply:
    return {
        "id": attempt.step,
        "type": attempt.type,
        "attempt": attempt.attempt,
        "status": attempt.status,
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "error": attempt.error,
        "reason": attempt.reason,
    }


def _time(instant: datetime | None) -> str | None:
    return format_timestamp(instant) if instant else None
