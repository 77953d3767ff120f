"""The event log: what happened, in the order in which it became visible, never changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from partner_events.domain.event import EMPTY, JsonText
from partner_events.domain.ids import Position, TeamId, TriggerId, first_position, time_of

MOST_SHARDS = 16  # as many as one hexadecimal digit tells apart


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """`body` is the Standard Webhooks document, made once: every attempt sends these bytes.

    `metadata` is what lists of events are filtered by (D-14).
    """

    id: TriggerId
    team: TeamId
    number: int
    name: str
    occurred_at: datetime
    position: Position
    shard: int
    body: JsonText
    metadata: JsonText = EMPTY


def spread(id: str, shards: int) -> Position:
    """Make a position of a fresh UUIDv7: its last digit is the shard, drawn from those before."""
    return Position(f"{id[:-1]}{int(id[-8:-1], 16) % shards:x}")


def shard_of(position: Position) -> int:
    """Tell where an event stands, however many shards there are by now."""
    return int(position[-1], 16)


def hour_of(position: Position) -> str:
    """Name the hour that a position lies in, as the log's partitions do: `2026-01-28T10`."""
    return time_of(position).isoformat()[:13]


def hour_behind(place: Position) -> Position:
    """Name the beginning of the last hour that has anything before a place."""
    beginning = time_of(place).replace(minute=0, second=0, microsecond=0)
    if place <= first_position(beginning):
        beginning -= timedelta(hours=1)
    return first_position(beginning)
