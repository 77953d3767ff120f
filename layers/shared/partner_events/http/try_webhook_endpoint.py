"""POST /api/v1/webhooks/endpoints/{id}/test on the wire; its body may be left out."""

from typing import TypedDict

from partner_events.domain.delivery import Delivery
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import OptionalBody
from partner_events.http.send_partner_event import EventType


class TryWebhookEndpointRequest(OptionalBody):
    event_type: EventType = "endpoint.test"


class TryWebhookEndpointReply(TypedDict):
    """What came of the attempt. `delivery_id` finds it again among the deliveries."""

    delivery_id: str
    event_id: str
    event_type: str
    test: bool
    status: str
    at: str
    status_code: int | None
    duration_ms: int
    error: str | None
    response_body: str


def try_webhook_endpoint_reply(delivery: Delivery) -> TryWebhookEndpointReply:
    (attempt,) = delivery.attempts
    return {
        "delivery_id": delivery.id,
        "event_id": delivery.event,
        "event_type": delivery.event_type,
        "test": delivery.test,
        "status": delivery.status.value,
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "duration_ms": round(attempt.duration.total_seconds() * 1000),
        "error": attempt.error and str(attempt.error),
        "response_body": attempt.response.decode(errors="replace"),
    }
