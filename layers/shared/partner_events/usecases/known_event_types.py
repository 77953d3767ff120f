"""Which event types a team has registered, remembered so that most events cost no read."""

from datetime import datetime, timedelta

from partner_events.domain.event import is_event_name
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import TeamId
from partner_events.domain.remembered import Remembered
from partner_events.ports import EventTypeStore

REMEMBERED_FOR = timedelta(
    seconds=30
)  # a deleted type is accepted for that long, a new one at once
REMEMBERED = 5_000


class KnownEventTypes:
    def __init__(self, event_types: EventTypeStore) -> None:
        self._event_types = event_types
        self._known = Remembered[tuple[TeamId, str], EventType](
            time=REMEMBERED_FOR, most=REMEMBERED
        )

    def knows(self, team: TeamId, name: str, *, now: datetime) -> bool:
        if not is_event_name(name):
            return False
        return self._known.get((team, name), self._look_up, now=now) is not None

    def _look_up(self, key: tuple[TeamId, str]) -> EventType | None:
        return self._event_types.get(*key)
