"""Event types: the event names that a team has registered, or that every team has."""

from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.event import JsonText
from partner_events.domain.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """`schema` is what the data of such an event must fit: a JSON Schema, as text."""

    team: TeamId
    name: str
    description: str
    created_at: datetime
    schema: JsonText | None = None
    builtin: bool = False
