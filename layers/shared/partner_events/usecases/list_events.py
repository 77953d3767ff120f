"""Read a team's log on from a place: oldest first, and nothing is ever skipped (D-45)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from operator import attrgetter

from partner_events.domain.event_filter import EventFilter
from partner_events.domain.ids import Position, first_position, time_of
from partner_events.domain.log import LoggedEvent
from partner_events.domain.team import Team
from partner_events.jsontext import loads
from partner_events.ports import EventLog

# An event may become visible this much later than its position says: 5 s in the worker, and
# the time of a write. What is younger is not shown yet, so that nothing appears behind a reader.
HORIZON = timedelta(seconds=10)
KEPT_FOR = timedelta(days=90)
HOUR = timedelta(hours=1)
QUERIES = 168  # one request walks over a week of silence at most,
EXAMINED = 1_000  # looks at this many events,
LARGEST = 4_000_000  # and returns this many bytes: an answer of a function may have 6 MB
AT_ONCE = 200  # read by one query, if there is a filter
SPARE = 2  # shards are never quite equally full: each is asked for twice its share of a page
SKEW = timedelta(hours=1)  # an operator's clock, which says when a team was made, may be fast


@dataclass(frozen=True, slots=True)
class Reading:
    """`place` is where to read on, even if nothing was found; `more` if that is worth it now."""

    events: list[LoggedEvent]
    place: Position
    more: bool


def list_events(
    wanted: EventFilter,
    *,
    team: Team,
    after: Position | None,
    limit: int,
    now: datetime,
    log: EventLog,
) -> Reading:
    """Return up to `limit` events after a place. A page may be short, and still not the last."""
    start = first_position(max(team.created_at - SKEW, now - KEPT_FOR))
    end = first_position(now - HORIZON)
    at_once = AT_ONCE if wanted.types or wanted.metadata else limit + 1
    walk = _Walk(log, team, max(after or start, start), end, at_once)
    found: list[LoggedEvent] = []
    size = 0
    while walk.goes_on:
        for event in walk.read_on():
            if not _wanted(event, wanted):
                continue
            size += len(event.body.encode())
            if found and (len(found) == limit or size > LARGEST):
                return Reading(found, found[-1].position, more=True)
            found.append(event)
    return Reading(found, walk.place, more=walk.place < walk.end)


def _wanted(event: LoggedEvent, wanted: EventFilter) -> bool:
    if not wanted.wants_type(event.name):
        return False
    return not wanted.metadata or wanted.wants_metadata(loads(event.metadata))


class _Walk:
    """A walk through the hours up to `end`, within the budget of one request.

    All shards are read side by side, as many as there ever were. One that was not read to its
    end holds the others back: what they have beyond its last event waits for the next turn.
    """

    def __init__(
        self, log: EventLog, team: Team, place: Position, end: Position, at_once: int
    ) -> None:
        self._log = log
        self._team = team
        self._shards = range(shards := team.log_shards.most)
        self._at_once = at_once if shards == 1 else ceil(at_once * SPARE / shards)
        self._queries = 0
        self._examined = 0
        self._read = 0
        self.place = place
        self.end = end

    @property
    def goes_on(self) -> bool:
        return (
            self.place < self.end
            and self._queries < QUERIES
            and self._examined < EXAMINED
            and self._read < LARGEST
        )

    def read_on(self) -> list[LoggedEvent]:
        found: list[LoggedEvent] = []
        reached = min(self.end, _next_hour(self.place))
        for shard in self._shards:
            events, more = self._log.read(
                self._team.id, shard, after=self.place, before=reached, limit=self._at_once
            )
            self._queries += 1
            self._examined += len(events)
            self._read += sum(len(event.body) for event in events)
            found += events
            if more and events:
                reached = events[-1].position
        self.place = reached
        return sorted(
            (event for event in found if event.position <= reached), key=attrgetter("position")
        )


def _next_hour(place: Position) -> Position:
    hour = time_of(place).replace(minute=0, second=0, microsecond=0)
    return first_position(hour + HOUR)
