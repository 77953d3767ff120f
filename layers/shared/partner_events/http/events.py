"""The event log on the wire (D-45): cursors, filters, and the format a reader asks for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from partner_events.domain.endpoint import Format
from partner_events.domain.errors import InvalidInput
from partner_events.domain.event import JsonText
from partner_events.domain.event_filter import EventFilter
from partner_events.domain.event_secrets import may_hold_secret, without_secrets
from partner_events.domain.ids import Position
from partner_events.domain.log import LoggedEvent
from partner_events.http.webhook_formats import render
from partner_events.jsontext import dumps, reread

METADATA = "metadata."
LONGEST_FILTER = 1_000  # characters of a path or value
MOST_TYPES = 50


class CompanyEvent(TypedDict):
    id: int
    type: str
    createdUtc: str
    companyId: int
    payload: dict[str, Any]
    metadata: NotRequired[dict[str, Any]]


class StandardEvent(TypedDict):
    id: str
    type: str
    timestamp: str
    data: dict[str, Any]
    metadata: NotRequired[dict[str, Any]]


class PromoterEventHead(TypedDict):
    id: int
    type: str
    created_at: str
    metadata: NotRequired[dict[str, Any]]


class PromoterEvent(TypedDict):
    event: PromoterEventHead
    data: dict[str, Any]


type EventReply = CompanyEvent | StandardEvent | PromoterEvent


class EventsReply(TypedDict):
    """`next_cursor` is there on an empty page too: it is where to read on (D-45)."""

    events: list[EventReply]
    next_cursor: str
    has_more: bool


def cursor_of(place: Position) -> str:
    return urlsafe_b64encode(UUID(place).bytes).decode().rstrip("=")


def place_of(cursor: str | None) -> Position | None:
    """Read a cursor. Raises `InvalidInput` for one that no list returned."""
    if cursor is None:
        return None
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = UUID(bytes=raw)
    except ValueError as error:
        raise InvalidInput("Invalid cursor") from error
    if place.version != 7 or cursor_of(Position(str(place))) != cursor:
        raise InvalidInput("Invalid cursor")
    return Position(str(place))


def event_filter(query: Mapping[str, str]) -> EventFilter:
    """Read `types=a,b.*` and any number of `metadata.<dotted.path>=value` (D-14)."""
    types = [name for name in query.get("types", "").split(",") if name]
    metadata = {
        name.removeprefix(METADATA): value
        for name, value in query.items()
        if name.startswith(METADATA)
    }
    if len(types) > MOST_TYPES:
        raise InvalidInput(f"types may name at most {MOST_TYPES}")
    if any(not path or len(path) + len(value) > LONGEST_FILTER for path, value in metadata.items()):
        raise InvalidInput(f"a metadata filter has a path, and at most {LONGEST_FILTER} characters")
    return EventFilter(types, metadata)


def format_of(query: Mapping[str, str]) -> Format:
    """Read the envelope that `format` names (D-40); the company's, if it names none."""
    format = query.get("format", Format.COMPANY)
    if format not in set(Format):
        raise InvalidInput(f"format must be one of {', '.join(Format)}")
    return Format(format)


def event_reply(event: LoggedEvent, format: Format, company_id: int) -> JsonText:
    """Write an event as its webhooks tell it; the standard one with the id to know a repeat by."""
    body = render(_without_secrets(event), format, company_id)
    if format is not Format.STANDARD:
        return body
    return JsonText(f"{dumps({'id': event.id})[:-1]},{body[1:]}")


def events_reply(events: Sequence[JsonText], place: Position, *, more: bool) -> JsonText:
    rest = dumps({"next_cursor": cursor_of(place), "has_more": more})
    return JsonText(f'{{"events":[{",".join(events)}],{rest[1:]}')


def _without_secrets(event: LoggedEvent) -> LoggedEvent:
    """Hide what only subscribers are told (D-43); nearly no event has such a thing."""
    if not may_hold_secret(event.name):
        return event
    body = reread(event.body)
    body["data"] = without_secrets(event.name, body["data"])
    return replace(event, body=dumps(body))
