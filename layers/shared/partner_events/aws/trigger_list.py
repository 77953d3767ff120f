"""A team's triggers by the time they were accepted, on DynamoDB.

Index `by_team` of the triggers' table: pk `team`, sk `created_ms`, and the event's `name`.
None of them ever changes, so a trigger costs the index one write unit in its life, when it
is accepted, and nothing when its status changes. The index may lag behind by a moment; what
is shown of each trigger is read from its own rows, as they are now.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from partner_events.aws.items import Row, from_item, to_item
from partner_events.aws.table import Table
from partner_events.aws.trigger_rows import trigger_of
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import Trigger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "by_team"
MOST_AT_ONCE = 50  # a trigger has two rows, and one batch reads up to 100


class DynamoTriggerList:
    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        self._table = Table(client, name)

    def newest(
        self,
        team: TeamId,
        *,
        since: datetime | None,
        event_name: str | None,
        cursor: str | None,
        at_once: int,
    ) -> Iterator[tuple[Trigger, str]]:
        query = self._query(team, since, event_name, min(at_once, MOST_AT_ONCE))
        if cursor is not None:
            query["ExclusiveStartKey"] = _key(team, cursor)
        while True:
            found = self._client.query(**query)
            keys = [from_item(item) for item in found["Items"] if item["sk"]["S"] == "TRIGGER"]
            triggers = self._triggers([row["pk"] for row in keys])
            for row in keys:
                if row["pk"] in triggers:
                    yield triggers[row["pk"]], _cursor(row)
            if "LastEvaluatedKey" not in found:
                return
            query["ExclusiveStartKey"] = found["LastEvaluatedKey"]

    def _query(
        self, team: TeamId, since: datetime | None, event_name: str | None, limit: int
    ) -> dict[str, Any]:
        values = {":team": team, ":since": milliseconds(since) if since else 0}
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": INDEX,
            "KeyConditionExpression": "team = :team AND created_ms >= :since",
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if event_name is not None:
            values[":name"] = event_name
            query["FilterExpression"] = "#name = :name"
            query["ExpressionAttributeNames"] = {"#name": "name"}
        return {**query, "ExpressionAttributeValues": to_item(values)}

    def _triggers(self, pks: list[str]) -> dict[str, Trigger]:
        if not pks:
            return {}
        found = self._table.get_many([(pk, sk) for pk in pks for sk in ("TRIGGER", "PLAN")])
        rows = {(row["pk"], row["sk"]): row for row in found}
        return {
            pk: trigger_of(rows[pk, "TRIGGER"], rows.get((pk, "PLAN")))
            for pk in pks
            if (pk, "TRIGGER") in rows
        }


def _cursor(row: Row) -> str:
    place = f"{row['created_ms']}.{TriggerId(row['pk'].removeprefix('TRIGGER#'))}"
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _key(team: TeamId, cursor: str) -> dict[str, Any]:
    try:
        place = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        place = ""
    created, dot, id = place.partition(".")
    if not (created.isascii() and created.isdigit() and len(created) < 15 and dot and id):
        raise InvalidInput("cursor is not one that this list returned")
    row = {"team": team, "created_ms": int(created), "pk": f"TRIGGER#{id}", "sk": "TRIGGER"}
    return to_item(row)
