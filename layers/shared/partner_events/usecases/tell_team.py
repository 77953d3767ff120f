"""Tell a team what becomes of its endpoints and deliveries, by events of the product's own.

The sender may write deliveries and nothing else: it sends a message for each event, and who
runs events makes it. What is told is on record before, and its id is a hash of that, so that
whoever finds the record again may tell it again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from partner_events.domain.delivery import Delivery, Failure
from partner_events.domain.endpoint import (
    DELIVERY_EXHAUSTED,
    DELIVERY_RECOVERED,
    ENDPOINT_DISABLED,
    ENDPOINT_ENABLED,
    ENDPOINT_WARNED,
    OPERATIONAL,
)
from partner_events.domain.endpoint_health import DISABLED_AFTER, EndpointHealth
from partner_events.domain.messages import TellEvent
from partner_events.domain.timestamps import format_timestamp
from partner_events.jsontext import dumps


def news_of_endpoint(health: EndpointHealth, *, by: str) -> Iterator[TellEvent]:
    """Tell that an attempt warned or disabled its endpoint, if it was this one that did."""
    if health.changed_by != by:
        return
    data: dict[str, Any]
    if health.disabled_at:
        data = {"disabled_at": format_timestamp(health.disabled_at), "reason": health.reason}
        yield _of_endpoint(ENDPOINT_DISABLED, health, health.disabled_at, data)
    elif health.warned_at and health.failing_since:
        data = {
            "warning": health.warnings,
            "disabled_after": format_timestamp(health.failing_since + DISABLED_AFTER),
        }
        yield _of_endpoint(ENDPOINT_WARNED, health, health.warned_at, data)


def news_of_enabling(health: EndpointHealth) -> Iterator[TellEvent]:
    if health.enabled_at:
        data = {"enabled_at": format_timestamp(health.enabled_at)}
        yield _of_endpoint(ENDPOINT_ENABLED, health, health.enabled_at, data)


def news_of_delivery(delivery: Delivery) -> Iterable[TellEvent]:
    """Tell that a delivery is exhausted, or has recovered; what tells of that makes no more."""
    if delivery.event_type in OPERATIONAL:
        return ()
    if delivery.failure == Failure.EXHAUSTED:
        return (_of_delivery(DELIVERY_EXHAUSTED, delivery),)
    if delivery.has_recovered:
        return (_of_delivery(DELIVERY_RECOVERED, delivery),)
    return ()


def _of_endpoint(
    name: str, health: EndpointHealth, at: datetime, data: dict[str, Any]
) -> TellEvent:
    failing_since = health.failing_since
    known = {
        "endpoint_id": health.endpoint,
        "failing_since": format_timestamp(failing_since) if failing_since else None,
    }
    cause = f"{health.endpoint}-{format_timestamp(at)}"
    text = dumps({**known, **data})
    return TellEvent(team=health.team, event=name, cause=cause, data=text, told_at=at)


def _of_delivery(name: str, delivery: Delivery) -> TellEvent:
    last = delivery.attempts[-1]
    data = {
        "delivery_id": delivery.id,
        "endpoint_id": delivery.endpoint,
        "event_id": delivery.event,
        "event_type": delivery.event_type,
        "attempts": len(delivery.attempts),
        "last_attempt": {
            "at": format_timestamp(last.at),
            "status_code": last.status_code,
            "error": last.error and str(last.error),
        },
    }
    return TellEvent(
        team=delivery.team,
        event=name,
        cause=f"{delivery.id}-{len(delivery.attempts)}",
        data=dumps(data),
        told_at=last.at + last.duration,
    )
