"""A team's triggers on DynamoDB, listed without a cost for those that run.

First those that never ran, by the index `never_ran` of the triggers' table (pk `never_ran`, the
team; sk `created_ms`); then those that did, backwards along the event log, since an event's id
is its trigger's. What is shown of each is read from its own rows, as they are now. A trigger
that was accepted a moment ago is in neither place until a worker has taken it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from partner_events.aws.events import DynamoEventLog
from partner_events.aws.items import from_item, to_item
from partner_events.aws.table import Table
from partner_events.aws.trigger_rows import add_up, trigger_of
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import Position, TeamId, first_position, time_of
from partner_events.domain.log import LoggedEvent, hour_behind
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import Trigger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "never_ran"
MOST_AT_ONCE = 50  # a trigger has two rows, and one batch reads up to 100
HOURS_AT_ONCE = 168  # after a week of silence the caller may stop, and go on from there
HOUR = timedelta(hours=1)

type Found = Iterator[tuple[Trigger | None, str]]


class DynamoTriggerList:
    def __init__(self, client: "DynamoDBClient", name: str, log: DynamoEventLog) -> None:
        self._client = client
        self._name = name
        self._table = Table(client, name)
        self._log = log

    def newest(
        self,
        team: TeamId,
        *,
        shards: int,
        since: datetime,
        now: datetime,
        event_name: str | None,
        cursor: str | None,
        at_once: int,
    ) -> Found:
        kind, place = _read(cursor) if cursor is not None else ("idle", "")
        at_once = min(at_once, MOST_AT_ONCE)
        if kind == "idle":
            yield from self._never_ran(team, since, event_name, place, at_once)
            place = first_position(now + HOUR)
        before = Position(place)
        yield from self._ran(team, shards, since, event_name, before, at_once)

    def _never_ran(
        self, team: TeamId, since: datetime, event_name: str | None, place: str, at_once: int
    ) -> Found:
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": INDEX,
            "KeyConditionExpression": "never_ran = :team AND created_ms >= :since",
            "ExpressionAttributeValues": to_item({":team": team, ":since": milliseconds(since)}),
            "ScanIndexForward": False,
            "Limit": at_once,
        }
        if place:
            query["ExclusiveStartKey"] = _index_key(team, place)
        while True:
            found = self._client.query(**query)
            rows = [from_item(item) for item in found["Items"]]
            triggers = self._triggers([row["pk"] for row in rows])
            for row in rows:
                trigger = triggers.get(row["pk"])
                if trigger and event_name in (None, trigger.event.name):
                    yield trigger, _cursor("idle", f"{row['created_ms']}.{row['pk']}")
            if "LastEvaluatedKey" not in found:
                return
            query["ExclusiveStartKey"] = found["LastEvaluatedKey"]

    def _ran(
        self,
        team: TeamId,
        shards: int,
        since: datetime,
        event_name: str | None,
        before: Position,
        at_once: int,
    ) -> Found:
        hours = 0
        while time_of(before) >= since:
            events, place = self._read_back(team, shards, before, at_once)
            triggers = self._triggers([f"TRIGGER#{event.id}" for event in events])
            for event in events:
                trigger = triggers.get(f"TRIGGER#{event.id}")
                shown = trigger and trigger.created_at >= since
                if trigger and shown and event_name in (None, event.name):
                    yield trigger, _cursor("ran", event.position)
            hours += place == hour_behind(before)
            before = place
            if hours == HOURS_AT_ONCE:
                hours = 0
                yield None, _cursor("ran", before)

    def _read_back(
        self, team: TeamId, shards: int, before: Position, at_once: int
    ) -> tuple[list[LoggedEvent], Position]:
        """Read the last hour of all shards side by side; return how far back that came.

        What a shard has beyond the last event of one that was not read to its end waits.
        """
        found: list[LoggedEvent] = []
        place = hour_behind(before)
        for shard in range(shards):
            events, more = self._log.read_back(team, shard, before=before, limit=at_once)
            found += events
            if more:
                place = max(place, events[-1].position)
        found = [event for event in found if event.position >= place]
        found.sort(key=attrgetter("position"), reverse=True)
        if len(found) > at_once:
            found = found[:at_once]
            place = found[-1].position
        return found, place

    def _triggers(self, pks: list[str]) -> dict[str, Trigger]:
        if not pks:
            return {}
        found = self._table.get_many([(pk, sk) for pk in pks for sk in ("TRIGGER", "PLAN")])
        rows = {(row["pk"], row["sk"]): row for row in found}
        return {
            pk: add_up(self._table, trigger_of(rows[pk, "TRIGGER"], rows.get((pk, "PLAN"))))
            for pk in pks
            if (pk, "TRIGGER") in rows
        }


def _cursor(kind: str, place: str) -> str:
    return urlsafe_b64encode(f"{kind}:{place}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, str]:
    try:
        kind, _, place = (
            urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        )
        if kind == "ran":
            time_of(place)
            return kind, place
        created, _, pk = place.partition(".")
        if kind == "idle" and created.isdecimal() and len(created) < 15 and pk:
            return kind, place
    except ValueError:
        pass
    raise InvalidInput("cursor is not one that this list returned")


def _index_key(team: TeamId, place: str) -> dict[str, Any]:
    created, _, pk = place.partition(".")
    return to_item({"never_ran": team, "created_ms": int(created), "pk": pk, "sk": "TRIGGER"})
