"""A team's event types, and the built-in ones that every team has (D-42)."""

from datetime import UTC, datetime

from partner_events.directory_ports import EventTypeStore
from partner_events.domain.catalogue import BUILTIN
from partner_events.domain.errors import Conflict, InvalidInput, NotFound
from partner_events.domain.event import JsonText
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import TeamId
from partner_events.domain.json_schema import problems, schema_problems
from partner_events.domain.page import Page
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # since when the built-in types exist
LONGEST_SCHEMA = 16_384  # characters
BUILTIN_PLACE = "builtin."  # a cursor among the built-in types; others hold no dot
MOST_PROBLEMS = 20


def builtin(team: TeamId, name: str) -> EventType | None:
    if name not in BUILTIN:
        return None
    description, schema = BUILTIN[name]
    return EventType(
        team=team,
        name=name,
        description=description,
        created_at=ALWAYS,
        schema=dumps(schema),
        builtin=True,
    )


def add_event_type(event_type: EventType, *, event_types: EventTypeStore) -> None:
    """Register an event type. Raises `Conflict`, or `InvalidInput` for its schema."""
    if event_type.schema is not None:
        _check_schema(event_type.schema)
    exists = Conflict(f"The event type {event_type.name} exists already")
    if event_type.name in BUILTIN:
        raise exists
    try:
        event_types.add(event_type)
    except AlreadyThere as error:
        raise exists from error


def find_event_type(name: str, *, team: TeamId, event_types: EventTypeStore) -> EventType:
    found = builtin(team, name) or event_types.get(team, name)
    if found is None:
        raise NotFound("Event type not found")
    return found


def delete_event_type(name: str, *, team: TeamId, event_types: EventTypeStore) -> None:
    if name in BUILTIN:
        raise Conflict(f"The event type {name} is built in")
    event_types.delete(team, name)


def list_event_types(
    team: TeamId, *, limit: int, cursor: str | None, event_types: EventTypeStore
) -> Page[EventType]:
    """List the team's own types, then the built-in ones."""
    own: Page[EventType] = Page([], None)
    first = 0
    if cursor is not None and cursor.startswith(BUILTIN_PLACE):
        first = _place(cursor)
    else:
        own = event_types.list(team, limit=limit, cursor=cursor)
        if own.cursor is not None:
            return own
    names = sorted(BUILTIN)[first : first + limit - len(own.items)]
    shown = [each for each in (builtin(team, name) for name in names) if each]
    following = first + len(shown)
    more = f"{BUILTIN_PLACE}{following}" if following < len(BUILTIN) else None
    return Page([*own.items, *shown], more)


def check_data(data: JsonText, event_type: EventType, *, called: str) -> None:
    """Raise `InvalidInput`, naming every field to blame, unless the data fits the schema.

    `called` is what the caller's API calls the data.
    """
    if event_type.schema is None:
        return
    found = list(problems(loads(event_type.schema), loads(data), called))
    if found:
        raise InvalidInput(f"{found[0].field} {found[0].message}", found[:MOST_PROBLEMS])


def _check_schema(schema: str) -> None:
    if len(schema) > LONGEST_SCHEMA:
        raise InvalidInput(f"schema must be at most {LONGEST_SCHEMA} characters")
    found = list(schema_problems(loads(schema)))
    if found:
        raise InvalidInput(f"{found[0].field} {found[0].message}", found[:MOST_PROBLEMS])


def _place(cursor: str) -> int:
    text = cursor.removeprefix(BUILTIN_PLACE)
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidInput("cursor is not one that this list returned")
    return int(text)
