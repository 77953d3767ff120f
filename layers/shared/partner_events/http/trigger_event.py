"""POST /api/v1/events/trigger on the wire (S-39, D-36): the whole result in one answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, TypedDict

from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.execution import Execution
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.http.triggers import (
    ExecutionReply,
    TriggerReply,
    WorkflowOutcome,
    trigger_reply,
    trigger_workflow_reply,
)


class AttemptReply(TypedDict):
    at: str
    status_code: int | None
    duration_ms: int
    error: str | None
    response_body: str


class DeliveryReply(TypedDict):
    id: str
    event_id: str
    endpoint_id: str
    status: DeliveryStatus
    attempts: list[AttemptReply]
    next_attempt_at: str | None


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
        "deliveries": [_delivery(delivery) for delivery in deliveries],
    }


def _delivery(delivery: Delivery) -> DeliveryReply:
    following = delivery.next_attempt_at
    return {
        "id": delivery.id,
        "event_id": delivery.event,
        "endpoint_id": delivery.endpoint,
        "status": delivery.status,
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
        "next_attempt_at": format_timestamp(following) if following else None,
    }


def _attempt(attempt: Attempt) -> AttemptReply:
    return {
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "duration_ms": attempt.duration // timedelta(milliseconds=1),
        "error": attempt.error and str(attempt.error),
        "response_body": attempt.response.decode(errors="replace"),
    }
