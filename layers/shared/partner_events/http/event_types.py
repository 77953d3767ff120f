"""Event types on the wire."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from partner_events.domain.event import is_event_name
from partner_events.domain.event_type import EventType
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body


def _event_name(text: str) -> str:
    if not is_event_name(text):
        raise ValueError("must be 1 to 128 letters, digits and . _ : - and begin with no sign")
    return text


type EventName = Annotated[str, AfterValidator(_event_name)]


class CreateEventTypeRequest(Body):
    name: EventName
    description: Annotated[str, Field(max_length=2000)] = ""


def event_type_reply(event_type: EventType) -> dict[str, Any]:
    return {
        "name": event_type.name,
        "description": event_type.description,
        "schema": None,
        "builtin": False,
        "created_at": format_timestamp(event_type.created_at),
    }
