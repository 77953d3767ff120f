"""The event log on DynamoDB.

pk                       sk            what it holds
<team>#<hour>#<shard>    <position>    an event as it is told to subscribers

A partition takes 1,000 writes a second, so a busy team's log is spread over several shards, all
of which a reader reads. The last digit of a position is its shard: whoever knows where an event
stands needs to know nothing else, however many shards there are by then.

Metadata that the body holds is not stored twice, since both together may be larger than a row
can be: the row says where in the body it stands.
"""

from datetime import timedelta

from partner_events.aws.items import Row
from partner_events.aws.table import Table
from partner_events.domain.event import EMPTY, JsonText
from partner_events.domain.ids import Position, TeamId, TriggerId, time_of
from partner_events.domain.log import LoggedEvent, hour_behind, hour_of
from partner_events.domain.timestamps import from_milliseconds, milliseconds

KEPT_FOR = timedelta(days=90)


class DynamoEventLog:
    def __init__(self, table: Table) -> None:
        self._table = table

    def append(self, event: LoggedEvent) -> None:
        self._table.put(
            {
                "pk": _partition(event.team, event.position, event.shard),
                "sk": event.position,
                "id": event.id,
                "number": event.number,
                "name": event.name,
                "occurred_ms": milliseconds(event.occurred_at),
                "body": event.body,
                **_metadata_row(event),
                "ttl": int((time_of(event.position) + KEPT_FOR).timestamp()),
            }
        )

    def get(self, team: TeamId, position: Position, shard: int) -> LoggedEvent | None:
        row = self._table.get(_partition(team, position, shard), position)
        return _logged(team, shard, row) if row else None

    def read(
        self, team: TeamId, shard: int, *, after: Position, before: Position, limit: int
    ) -> tuple[list[LoggedEvent], bool]:
        rows, more = self._table.stretch(
            _partition(team, after, shard), after, before, Limit=limit + 1
        )
        new = [row for row in rows if after < row["sk"] < before]
        return [_logged(team, shard, row) for row in new[:limit]], more or len(new) > limit

    def read_back(
        self, team: TeamId, shard: int, *, before: Position, limit: int
    ) -> tuple[list[LoggedEvent], bool]:
        """Read the last hour that has anything before a place, backwards.

        Tells whether there may be more of that hour.
        """
        first = hour_behind(before)
        rows, more = self._table.stretch(
            _partition(team, first, shard), first, before, Limit=limit + 1, ScanIndexForward=False
        )
        older = [row for row in rows if row["sk"] < before]
        found = [_logged(team, shard, row) for row in older[:limit]]
        return found, bool(found) and (more or len(older) > limit)


def _metadata_row(event: LoggedEvent) -> Row:
    if event.metadata == EMPTY:
        return {}
    start = event.body.find(event.metadata)
    if start < 0:
        return {"metadata": event.metadata}
    return {"metadata_at": [start, start + len(event.metadata)]}


def _metadata(row: Row) -> JsonText:
    if "metadata_at" in row:
        start, end = row["metadata_at"]
        return JsonText(row["body"][start:end])
    return JsonText(row.get("metadata", EMPTY))


def _partition(team: TeamId, position: Position, shard: int) -> str:
    return f"{team}#{hour_of(position)}#{shard}"


def _logged(team: TeamId, shard: int, row: Row) -> LoggedEvent:
    return LoggedEvent(
        id=TriggerId(row["id"]),
        team=team,
        number=row["number"],
        name=row["name"],
        occurred_at=from_milliseconds(row["occurred_ms"]),
        position=Position(row["sk"]),
        shard=shard,
        body=JsonText(row["body"]),
        metadata=_metadata(row),
    )
