"""POST /api/v1/events/trigger on the wire (S-39, D-36): the whole result in one answer."""

from collections.abc import Sequence
from typing import Literal, TypedDict

from partner_events.domain.delivery import Delivery
from partner_events.domain.execution import Execution
from partner_events.domain.trigger import Trigger
from partner_events.http.deliveries import DeliveryReply, delivery_reply
from partner_events.http.triggers import (
    ExecutionReply,
    TriggerReply,
    WorkflowOutcome,
    trigger_reply,
    trigger_workflow_reply,
)


class TriggerEventReply(TypedDict):
    success: Literal[True]
    trigger_id: str
    trigger: TriggerReply
    workflows: list[WorkflowOutcome]
    executions: list[ExecutionReply]
    deliveries: list[DeliveryReply]


def trigger_event_reply(
    trigger: Trigger, begun: Sequence[Execution], deliveries: Sequence[Delivery]
) -> TriggerEventReply:
    explained = trigger_workflow_reply(trigger, begun)
    return {
        "success": True,
        "trigger_id": trigger.id,
        "trigger": trigger_reply(trigger),
        "workflows": explained["workflows"],
        "executions": explained["executions"],
        "deliveries": [delivery_reply(delivery) for delivery in deliveries],
    }
