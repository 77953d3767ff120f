"""The workflow view of a trigger, also of one that has an audience (S-38, S-40)."""

from collections.abc import Sequence

from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId
from partner_events.domain.trigger import Reason, Trigger, Walk
from partner_events.http.triggers import (
    TriggerWorkflowReply,
    WorkflowOutcome,
    trigger_workflow_reply,
)


def audience_workflow_reply(
    trigger: Trigger,
    shown: Sequence[Execution],
    filtered: Sequence[tuple[ContactId, Reason]],
    cursor: str | None,
) -> TriggerWorkflowReply:
    """Explain a trigger: of an audience only some contacts at once, the others by the cursor."""
    view = trigger_workflow_reply(trigger, shown)
    if trigger.walk is None:
        return view
    return {
        **view,
        "workflows": [*view["workflows"], *_outcomes(trigger.walk)],
        "filtered_contacts": [
            {"contact_id": contact, "reason": reason.value} for contact, reason in filtered
        ],
        "next_cursor": cursor,
        "has_more": cursor is not None,
    }


def _outcomes(walk: Walk) -> list[WorkflowOutcome]:
    executed: list[WorkflowOutcome] = [
        {"key": walk.workflow, "outcome": "executed", "reason": None, "contacts": walk.planned}
    ]
    filtered: list[WorkflowOutcome] = [
        {"key": walk.workflow, "outcome": "filtered", "reason": why.value, "contacts": count}
        for why, count in walk.filtered.items()
    ]
    return (executed if walk.planned else []) + filtered
