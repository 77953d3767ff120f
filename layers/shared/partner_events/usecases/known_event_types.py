"""Which event types a team may send, remembered so that most events cost no read."""

from datetime import datetime, timedelta

from partner_events.directory_ports import EventTypeStore
from partner_events.domain.errors import UnknownEventType
from partner_events.domain.event import Event, is_event_name
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import TeamId
from partner_events.domain.remembered import Remembered

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
        return is_event_name(name) and self._find(team, name, now) is not None

    def check(self, event: Event, *, now: datetime) -> None:
        """Raise `UnknownEventType`, or `InvalidInput` if the data does not fit the type (D-42)."""
        from partner_events.usecases.event_types import check_event  # only where events come in

        found = self._find(event.team, event.name, now) if is_event_name(event.name) else None
        if found is None:
            raise UnknownEventType("Event type not found")
        check_event(event, found)

    def _find(self, team: TeamId, name: str, now: datetime) -> EventType | None:
        return self._known.get((team, name), self._look_up, now=now)

    def _look_up(self, key: tuple[TeamId, str]) -> EventType | None:
        from partner_events.usecases.event_types import builtin

        return builtin(*key) or self._event_types.get(*key)
