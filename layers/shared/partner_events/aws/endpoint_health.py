"""How endpoints are doing, on DynamoDB: in the deliveries' table, which is all that the
sender may write.

pk                                  sk        what it holds
TEAM#<team>#ENDPOINT#<endpoint>     HEALTH    an endpoint's health; gone if it is long healthy
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from partner_events.aws.items import Row, to_item
from partner_events.aws.table import ConditionFailed, Table
from partner_events.domain.endpoint_health import Disabled, EndpointHealth
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=90)  # after it last said anything, unless the endpoint is disabled
TIMES = ("last_success", "failing_since", "warned", "disabled", "enabled")
UNCHANGED = "#version = :previous"
UNCHANGED_OR_NEW = f"attribute_not_exists(pk) OR {UNCHANGED}"


class DynamoHealthStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._name = table
        self._table = Table(client, table)

    def get(self, team: TeamId, endpoint: EndpointId) -> EndpointHealth:
        return health_of(team, endpoint, self._table.get(*health_key(team, endpoint)))

    def get_all(
        self, team: TeamId, endpoints: Sequence[EndpointId]
    ) -> Mapping[EndpointId, EndpointHealth]:
        keys = [health_key(team, each) for each in endpoints]
        rows = {row["pk"]: row for row in self._table.get_many(keys)} if keys else {}
        return {
            each: health_of(team, each, rows.get(health_key(team, each)[0])) for each in endpoints
        }

    def save(self, health: EndpointHealth, *, previous: EndpointHealth) -> None:
        try:
            self._table.put(
                _row(health),
                only_if=UNCHANGED if previous.version else UNCHANGED_OR_NEW,
                previous=previous.version,
            )
        except ConditionFailed as error:
            raise AlreadyThere(health.endpoint) from error

    def held(self, team: TeamId, endpoint: EndpointId) -> int:  # noqa: ARG002
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_endpoint",
            KeyConditionExpression="endpoint = :held",
            ExpressionAttributeValues=to_item({":held": f"{endpoint}#held"}),
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)


def health_key(team: TeamId, endpoint: EndpointId) -> tuple[str, str]:
    return f"TEAM#{team}#ENDPOINT#{endpoint}", "HEALTH"


def health_of(team: TeamId, endpoint: EndpointId, row: Row | None) -> EndpointHealth:
    if row is None:
        return EndpointHealth(team=team, endpoint=endpoint)
    times = {name: from_milliseconds(row[f"{name}_ms"]) for name in TIMES if f"{name}_ms" in row}
    return EndpointHealth(
        team=team,
        endpoint=endpoint,
        last_success_at=times.get("last_success"),
        failing_since=times.get("failing_since"),
        counted=frozenset(row.get("counted", ())),
        warnings=row.get("warnings", 0),
        warned_at=times.get("warned"),
        disabled_at=times.get("disabled"),
        reason=Disabled(row["reason"]) if "reason" in row else None,
        enabled_at=times.get("enabled"),
        changed_by=row.get("changed_by", ""),
        version=row["version"],
    )


def _row(health: EndpointHealth) -> Row:
    pk, sk = health_key(health.team, health.endpoint)
    times = {
        "last_success": health.last_success_at,
        "failing_since": health.failing_since,
        "warned": health.warned_at,
        "disabled": health.disabled_at,
        "enabled": health.enabled_at,
    }
    last = max(filter(None, times.values()))
    return {
        "pk": pk,
        "sk": sk,
        **{f"{name}_ms": milliseconds(at) for name, at in times.items() if at},
        "counted": sorted(health.counted) or None,
        "warnings": health.warnings or None,
        "reason": health.reason and health.reason.value,
        "changed_by": health.changed_by or None,
        "version": health.version,
        "ttl": None if health.is_disabled else int((last + KEPT_FOR).timestamp()),
    }
