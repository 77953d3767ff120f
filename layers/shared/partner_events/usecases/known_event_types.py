"""Which event types a team may send, remembered so that most events cost no read."""

from datetime import datetime, timedelta

from partner_events.directory_ports import EventTypeStore
from partner_events.domain.errors import UnknownEventType
from partner_events.domain.event import Event, JsonText, is_event_name
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
        self._perhaps = Remembered[tuple[TeamId, str], tuple[EventType | None]](
            time=REMEMBERED_FOR, most=REMEMBERED
        )

    def knows(self, team: TeamId, name: str, *, now: datetime) -> bool:
        return is_event_name(name) and self._find(team, name, now) is not None

    def check(self, event: Event, *, now: datetime) -> None:
        """Raise `UnknownEventType`, or `InvalidInput` if the data does not fit the type (D-42)."""
        from partner_events.usecases.event_types import check_data  # only where events come in

        found = self._find(event.team, event.name, now) if is_event_name(event.name) else None
        if found is None:
            raise UnknownEventType("Event type not found")
        check_data(event.data, found, called="event_data")

    def check_if_known(
        self, team: TeamId, name: str, data: JsonText, *, called: str, now: datetime
    ) -> EventType | None:
        """Check data of a type that nobody need have registered, and return the type (D-42).

        Raises `InvalidInput`. That there is no such type is remembered too: a new schema is in
        force after `REMEMBERED_FOR`.
        """
        from partner_events.usecases.event_types import check_data

        answer = self._perhaps.get((team, name), self._look_perhaps, now=now)
        found = answer[0] if answer else None
        if found is not None:
            check_data(data, found, called=called)
        return found

    def _find(self, team: TeamId, name: str, now: datetime) -> EventType | None:
        return self._known.get((team, name), self._look_up, now=now)

    def _look_perhaps(self, key: tuple[TeamId, str]) -> tuple[EventType | None]:
        return (self._look_up(key) if is_event_name(key[1]) else None,)

    def _look_up(self, key: tuple[TeamId, str]) -> EventType | None:
        from partner_events.usecases.event_types import builtin

        return builtin(*key) or self._event_types.get(*key)
