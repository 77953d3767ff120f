"""Which endpoints hear of an event: those whose patterns cover it and whose filter lets it in.

A filter sees what the webhook would tell, and nothing more:

    event.id, event.type, event.created_at, event.data, event.metadata
    now                  when the event occurred, so that asking again gives the same answer

`event.data` of a partner event has `contact_id`, `professional_id` and `metadata`. Variables and
the contact's details are not there: they are for workflows only.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from partner_events.domain.endpoint import Endpoint
from partner_events.domain.event import Event
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads
from partner_events.usecases.tell_team import endpoint_told_of


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


def seen_by_filters(trigger: Trigger) -> Mapping[str, Any]:
    event, occurred_at = trigger.event, format_timestamp(trigger.occurred_at)
    metadata = loads(event.metadata)
    return {
        "event": {
            "id": trigger.id,
            "type": event.name,
            "created_at": occurred_at,
            "data": _data(event, metadata),
            "metadata": metadata,
        },
        "now": occurred_at,
    }


def _data(event: Event, metadata: Any) -> Any:
    if event.contact_id is None:
        return loads(event.data)
    return {
        "contact_id": event.contact_id,
        "professional_id": event.professional_id,
        "metadata": metadata,
    }
