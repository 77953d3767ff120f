"""Webhook bodies: made once as text, so that every attempt sends and signs the same bytes."""

from datetime import datetime
from typing import Any

from partner_events.domain.event import EMPTY, Event, JsonText
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps


def standard(trigger: Trigger) -> JsonText:
    """Write an event as Standard Webhooks do; its data keeps every digit that came (D-40)."""
    return envelope(trigger.event.name, trigger.occurred_at, _data(trigger.event))


def _data(event: Event) -> JsonText:
    """Return what a subscriber is told: a partner event's data is whom and what it is about.

    An event with data of its own may name a contact too, for its workflows.
    """
    if event.contact_id is None or event.data != EMPTY:
        return event.data
    about = dumps({"contact_id": event.contact_id, "professional_id": event.professional_id})
    return JsonText(f'{about[:-1]},"metadata":{event.metadata}}}')


def step_envelope(event_type: str, occurred_at: datetime, data: Any) -> JsonText:
    """Write what a workflow's webhook step tells a registered endpoint."""
    return envelope(event_type, occurred_at, dumps(data))


def envelope(event_type: str, occurred_at: datetime, data: JsonText) -> JsonText:
    head = dumps({"type": event_type, "timestamp": format_timestamp(occurred_at)})
    return JsonText(f'{head[:-1]},"data":{data}}}')
