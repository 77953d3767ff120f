"""POST /api/v1/events/trigger on the wire (S-39, D-36): the whole result in one answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from partner_events.domain.delivery import Attempt, Delivery
from partner_events.domain.execution import Execution
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.http.triggers import trigger_reply, trigger_workflow_reply


def trigger_event_reply(
    trigger: Trigger, begun: Sequence[Execution], deliveries: Sequence[Delivery]
) -> dict[str, Any]:
    explained = trigger_workflow_reply(trigger, begun)
    return {
        "success": True,
        "trigger_id": trigger.id,
        "trigger": trigger_reply(trigger),
        "workflows": explained["workflows"],
        "executions": explained["executions"],
        "deliveries": [_delivery(delivery) for delivery in deliveries],
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    following = delivery.next_attempt_at
    return {
        "id": delivery.id,
        "event_id": delivery.event,
        "endpoint_id": delivery.endpoint,
        "status": delivery.status.value,
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
        "next_attempt_at": format_timestamp(following) if following else None,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "duration_ms": attempt.duration // timedelta(milliseconds=1),
        "error": attempt.error and str(attempt.error),
        "response_body": attempt.response.decode(errors="replace"),
    }
