"""Which endpoints hear of an event: those whose patterns cover it and whose filter lets it in.

A filter sees what the webhook would tell, and nothing more:

    event.id, event.type, event.created_at, event.data, event.metadata
    now                  when the event occurred, so that asking again gives the same answer

`event.data` of a partner event has `contact_id`, `professional_id` and `metadata`. Variables and
the contact's details are not there: they are for workflows only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import OPERATIONAL, Endpoint
from partner_events.domain.event import EMPTY, Event
from partner_events.domain.ids import EndpointId, TriggerId
from partner_events.domain.log import LoggedEvent
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads, reread


def hearing(endpoints: Sequence[Endpoint], trigger: Trigger) -> list[Endpoint]:
    """Find the endpoints that an accepted event is for."""
    told_of = endpoint_told_of(trigger.event)
    seen = cache(lambda: seen_by_filters(trigger))  # most have no filter, and nothing to read
    return [
        endpoint
        for endpoint in endpoints
        if endpoint.hears(trigger.event.name)
        and endpoint.id != told_of
        and (endpoint.filter is None or endpoint.filter.holds(seen()))
    ]


def hears_logged(endpoint: Endpoint, event: LoggedEvent) -> bool:
    """Tell whether an event of the log is for an endpoint, which may have come later."""
    if not endpoint.subscribes_to(event.name):
        return False
    if endpoint.filter is None and event.name not in OPERATIONAL:
        return True
    told = reread(event.body)["data"]
    if event.name in OPERATIONAL and told.get("endpoint_id") == endpoint.id:
        return False
    if endpoint.filter is None:
        return True
    return endpoint.filter.holds(
        _seen(event.id, event.name, event.occurred_at, told, loads(event.metadata))
    )


def line_of(endpoint: Endpoint, trigger: Trigger, contact: Contact | None) -> str:
    """Find the line in which the endpoint hears of an event, "" if in none."""
    event, ordering = trigger.event, endpoint.ordering
    if ordering is None:
        return ""
    if ordering.is_by_contact:
        return ordering.line_of(None, event.contact_id or (contact.id if contact else None))
    return ordering.line_of(_data(event, loads(event.metadata)), None)


def line_of_logged(endpoint: Endpoint, event: LoggedEvent) -> str:
    """Find it for an event of the log, which tells of a partner event's contact only."""
    if endpoint.ordering is None:
        return ""
    data = loads(event.body)["data"]
    contact = data.get("contact_id") if isinstance(data, dict) else None
    return endpoint.ordering.line_of(data, contact)


def endpoint_told_of(event: Event) -> EndpointId | None:
    """Find which endpoint an event is about: that one is not told of itself."""
    if event.name not in OPERATIONAL:
        return None
    return EndpointId(loads(event.data).get("endpoint_id"))


def seen_by_filters(trigger: Trigger) -> Mapping[str, Any]:
    event, metadata = trigger.event, loads(trigger.event.metadata)
    return _seen(trigger.id, event.name, trigger.occurred_at, _data(event, metadata), metadata)


def _seen(
    id: TriggerId, name: str, occurred_at: datetime, data: Any, metadata: Any
) -> Mapping[str, Any]:
    at = format_timestamp(occurred_at)
    event = {"id": id, "type": name, "created_at": at, "data": data, "metadata": metadata}
    return {"event": event, "now": at}


def _data(event: Event, metadata: Any) -> Any:
    if event.contact_id is None or event.data != EMPTY:
        return loads(event.data)
    return {
        "contact_id": event.contact_id,
        "professional_id": event.professional_id,
        "metadata": metadata,
    }
