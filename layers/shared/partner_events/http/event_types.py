"""Event types on the wire."""

from datetime import datetime
from typing import Annotated, Any, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.event import is_event_name
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import TeamId
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.jsontext import dumps, loads


def _event_name(text: str) -> str:
    if not is_event_name(text):
        raise ValueError("must be 1 to 128 letters, digits and . _ : - and begin with no sign")
    return text


type EventName = Annotated[str, AfterValidator(_event_name)]


class CreateEventTypeRequest(Body):
    name: EventName
    description: Annotated[str, Field(max_length=2000)] = ""
    json_schema: Annotated[dict[str, Any] | bool | None, Field(alias="schema")] = None

    def to_event_type(self, team: TeamId, *, now: datetime) -> EventType:
        return EventType(
            team=team,
            name=self.name,
            description=self.description,
            created_at=now,
            schema=None if self.json_schema is None else dumps(self.json_schema),
        )


class EventTypeReply(TypedDict):
    name: str
    description: str
    schema: dict[str, Any] | bool | None
    builtin: bool
    created_at: str


def event_type_reply(event_type: EventType) -> EventTypeReply:
    return {
        "name": event_type.name,
        "description": event_type.description,
        "schema": loads(event_type.schema) if event_type.schema is not None else None,
        "builtin": event_type.builtin,
        "created_at": format_timestamp(event_type.created_at),
    }
