"""The event log in memory."""

from partner_events.domain.ids import Position, TeamId
from partner_events.domain.log import LoggedEvent, hour_of


class InMemoryEventLog:
    def __init__(self) -> None:
        self._events: dict[tuple[TeamId, Position, int], LoggedEvent] = {}

    def append(self, event: LoggedEvent) -> None:
        self._events[event.team, event.position, event.shard] = event

    def get(self, team: TeamId, position: Position, shard: int) -> LoggedEvent | None:
        return self._events.get((team, position, shard))

    def read(
        self, team: TeamId, shard: int, *, after: Position, before: Position, limit: int
    ) -> tuple[list[LoggedEvent], bool]:
        found = [
            event
            for event in self.events
            if (event.team, event.shard) == (team, shard)
            if after < event.position < before and hour_of(event.position) == hour_of(after)
        ]
        return found[:limit], len(found) > limit

    @property
    def events(self) -> list[LoggedEvent]:
        """Every row, in the order of the positions."""
        return sorted(self._events.values(), key=lambda event: event.position)
