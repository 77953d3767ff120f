"""Event types: the event names that a team has registered."""

from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    team: TeamId
    name: str
    description: str
    created_at: datetime
