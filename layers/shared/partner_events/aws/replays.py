"""Replays on DynamoDB, in the deliveries' table.

pk              sk        what it holds
REPLAY#<id>     REPLAY    a replay, release or discarding, and how far it has come
"""

from contextlib import suppress
from datetime import timedelta

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table
from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.ids import EndpointId, ReplayId, TeamId
from partner_events.domain.replay import Replay, ReplayKind, ReplayStatus
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

KEPT_FOR = timedelta(days=30)


class DynamoReplayStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, replay: Replay) -> None:
        # Ids are random: in a failed condition it is our own write, whose answer was lost.
        with suppress(ConditionFailed):
            self._table.put(_row(replay), only_if=NEW)

    def get(self, id: ReplayId) -> Replay | None:
        row = self._table.get(f"REPLAY#{id}", "REPLAY")
        return _replay(row) if row else None

    def save(self, replay: Replay, *, previous: Replay) -> None:
        try:
            self._table.put(
                _row(replay),
                only_if="#page = :page AND #status = :running",
                page=previous.page,
                running=ReplayStatus.RUNNING.value,
            )
        except ConditionFailed as error:
            raise AlreadyThere(replay.id) from error


def _row(replay: Replay) -> Row:
    return {
        "pk": f"REPLAY#{replay.id}",
        "sk": "REPLAY",
        "team": replay.team,
        "of": replay.endpoint,  # not `endpoint`: it is no delivery, and in no index
        "kind": replay.kind.value,
        "since_ms": milliseconds(replay.since),
        "until_ms": milliseconds(replay.until),
        "created_ms": milliseconds(replay.created_at),
        "types": list(replay.types),
        "statuses": sorted(replay.statuses),
        "dry_run": replay.dry_run,
        "status": replay.status.value,
        "matched": replay.matched,
        "sent": replay.sent,
        "cursor": replay.cursor,
        "page": replay.page,
        "finished_ms": milliseconds(replay.finished_at) if replay.finished_at else None,
        "ttl": int((replay.created_at + KEPT_FOR).timestamp()),
    }


def _replay(row: Row) -> Replay:
    return Replay(
        id=ReplayId(row["pk"].removeprefix("REPLAY#")),
        team=TeamId(row["team"]),
        endpoint=EndpointId(row["of"]),
        kind=ReplayKind(row["kind"]),
        since=from_milliseconds(row["since_ms"]),
        until=from_milliseconds(row["until_ms"]),
        created_at=from_milliseconds(row["created_ms"]),
        types=tuple(row["types"]),
        statuses=frozenset(map(DeliveryStatus, row["statuses"])),
        dry_run=row["dry_run"],
        status=ReplayStatus(row["status"]),
        matched=row["matched"],
        sent=row["sent"],
        cursor=row.get("cursor"),
        page=row["page"],
        finished_at=from_milliseconds(row["finished_ms"]) if "finished_ms" in row else None,
    )
