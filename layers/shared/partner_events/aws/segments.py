"""Segments on DynamoDB, beside the workflows that ask for them.

pk              sk                what it holds
TEAM#<team>     SEGMENT#<key>     a segment; each change raises the team's revision (see `teams`)
"""

from collections.abc import Sequence

from partner_events.aws.items import Row
from partner_events.aws.table import Table, delete, put, update
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.rules import Rule
from partner_events.domain.segment import Segment
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.jsontext import dumps, loads


class DynamoSegmentStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, segment: Segment) -> None:
        revision = update(f"TEAM#{segment.team}", "TEAM", "ADD revision :one", one=1)
        self._table.transact(put(_row(segment)), revision)

    def get(self, team: TeamId, key: str) -> Segment | None:
        row = self._table.get(f"TEAM#{team}", f"SEGMENT#{key}")
        return _segment(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Segment]:
        rows, after = self._table.page(f"TEAM#{team}", "SEGMENT#", limit=limit, cursor=cursor)
        return Page([_segment(team, row) for row in rows], after)

    def delete(self, team: TeamId, key: str) -> None:
        revision = update(f"TEAM#{team}", "TEAM", "ADD revision :one", one=1)
        self._table.transact(delete(f"TEAM#{team}", f"SEGMENT#{key}"), revision)

    def all(self, team: TeamId) -> Sequence[Segment]:
        return [_segment(team, row) for row in self._table.all(f"TEAM#{team}", "SEGMENT#")]


def _row(segment: Segment) -> Row:
    return {
        "pk": f"TEAM#{segment.team}",
        "sk": f"SEGMENT#{segment.key}",
        "name": segment.name,
        "rule": dumps(segment.rule.source),
        "created_ms": milliseconds(segment.created_at),
        "updated_ms": milliseconds(segment.updated_at),
    }


def _segment(team: TeamId, row: Row) -> Segment:
    return Segment(
        team=team,
        key=row["sk"].removeprefix("SEGMENT#"),
        name=row["name"],
        rule=Rule(loads(row["rule"])),  # it was checked when it was put
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )
