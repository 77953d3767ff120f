"""Deliveries on the wire: what was tried, what came of it, and what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.ids import EndpointId
from partner_events.domain.timestamps import format_timestamp, parse_timestamp


class AttemptReply(TypedDict):
    """`error` is the error class, null if the attempt succeeded."""

    at: str
    status_code: int | None
    duration_ms: int
    error: str | None
    response_body: str


class DeliveryHead(TypedDict):
    id: str
    event_id: str
    event_type: str
    endpoint_id: str
    status: DeliveryStatus
    next_attempt_at: str | None
    failure_reason: str | None
    created_at: str


class DeliveryReply(DeliveryHead):
    attempts: list[AttemptReply]


class ListedDeliveryReply(DeliveryHead):
    """The attempts are at the delivery itself; a list shows how many, and the last of them."""

    attempt_count: int
    last_attempt: AttemptReply | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilters:
    """Which deliveries a list is asked for."""

    endpoint: EndpointId | None
    status: DeliveryStatus | None
    event_type: str | None
    since: datetime | None


def delivery_filters(query: Mapping[str, str]) -> DeliveryFilters:
    """Read the filters of a list. Raises `InvalidInput`."""
    endpoint, status, since = query.get("endpoint"), query.get("status"), query.get("since")
    if status is not None and status not in set(DeliveryStatus):
        raise _invalid("status", f"must be one of {', '.join(DeliveryStatus)}")
    try:
        happened_since = parse_timestamp(since) if since is not None else None
    except ValueError as error:
        raise _invalid("since", "must be an ISO 8601 date and time") from error
    return DeliveryFilters(
        endpoint=EndpointId(endpoint) if endpoint else None,
        status=DeliveryStatus(status) if status is not None else None,
        event_type=query.get("event_type"),
        since=happened_since,
    )


def delivery_reply(delivery: Delivery) -> DeliveryReply:
    attempts = [_attempt(attempt) for attempt in delivery.attempts]
    return {**_head(delivery), "attempts": attempts}


def listed_delivery_reply(delivery: Delivery) -> ListedDeliveryReply:
    attempts = delivery.attempts
    return {
        **_head(delivery),
        "attempt_count": len(attempts),
        "last_attempt": _attempt(attempts[-1]) if attempts else None,
    }


def _head(delivery: Delivery) -> DeliveryHead:
    following = delivery.next_attempt_at
    return {
        "id": delivery.id,
        "event_id": delivery.event,
        "event_type": delivery.event_type,
        "endpoint_id": delivery.endpoint,
        "status": delivery.status,
        "next_attempt_at": format_timestamp(following) if following else None,
        "failure_reason": delivery.failure,
        "created_at": format_timestamp(delivery.created_at),
    }


def _attempt(attempt: Attempt) -> AttemptReply:
    return {
        "at": format_timestamp(attempt.at),
        "status_code": attempt.status_code,
        "duration_ms": attempt.duration // timedelta(milliseconds=1),
        "error": attempt.error and str(attempt.error),
        "response_body": attempt.response.decode(errors="replace"),
    }


def _invalid(field: str, what: str) -> InvalidInput:
    return InvalidInput(f"{field} {what}", [FieldProblem(field, what)])
