"""POST /api/v1/workflows/{key}/preview on the wire (contract 7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from partner_events.domain.contact import Contact
from partner_events.domain.execution import ExecutionStatus, StepAttempt
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Reason
from partner_events.domain.workflow import Workflow


class PreviewStepReply(TypedDict):
    step: str
    type: str
    at: str
    status: str
    reason: str | None
    error: str | None
    effects: list[dict[str, Any]]


class PreviewReply(TypedDict):
    """What would happen; `reason` says why the workflow would not run at all."""

    workflow: str
    version: int
    would_run: bool
    reason: str | None
    contact_id: str | None
    status: str
    steps: list[PreviewStepReply]


def preview_reply(
    workflow: Workflow,
    contact: Contact | None,
    reason: Reason | None,
    status: ExecutionStatus,
    steps: Sequence[PreviewStepReply],
) -> PreviewReply:
    return {
        "workflow": workflow.key,
        "version": workflow.version,
        "would_run": reason is None,
        "reason": reason.value if reason else None,
        "contact_id": contact.id if contact else None,
        "status": status.value,
        "steps": list(steps),
    }


def preview_step_reply(
    step: str,
    type: str,
    at: datetime,
    made: StepAttempt | None,
    effects: Sequence[Mapping[str, Any]],
) -> PreviewStepReply:
    return {
        "step": step,
        "type": type,
        "at": format_timestamp(at),
        "status": made.status.value if made else "waiting",
        "reason": made.reason if made else None,
        "error": made.error if made else None,
        "effects": [dict(each) for each in effects],
    }
