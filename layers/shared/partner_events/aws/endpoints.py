"""Webhook endpoints on DynamoDB, in the directory's table.

pk              sk               what it holds
TEAM#<team>     ENDPOINT#<id>    a webhook endpoint with its encrypted secrets

Every change raises the revision of the team's routes in its own transaction. Rows of before an
attribute was known lack it: they read as what was so then.
"""

from collections.abc import Sequence
from datetime import datetime

from partner_events.aws.directory import new_revision
from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, delete, put
from partner_events.domain.endpoint import Endpoint, Format, SealedSecret
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.ordering import HeadPolicy, Ordering
from partner_events.domain.page import Page
from partner_events.domain.rules import Rule
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere

FIRST_REVISION = 1
FIRST_TIMEOUT_SECONDS = 15
UNCHANGED = "revision = :previous"
UNCHANGED_SINCE_ADDED = f"attribute_exists(pk) AND (attribute_not_exists(revision) OR {UNCHANGED})"


class DynamoEndpointStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, endpoint: Endpoint) -> None:
        self._table.transact(put(_row(endpoint), only_if=NEW), new_revision(endpoint.team))

    def save(self, endpoint: Endpoint, *, previous: Endpoint) -> None:
        first = previous.revision == FIRST_REVISION
        unchanged = UNCHANGED_SINCE_ADDED if first else UNCHANGED
        try:
            self._table.transact(
                put(_row(endpoint), only_if=unchanged, previous=previous.revision),
                new_revision(endpoint.team),
            )
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere(endpoint.id) from error

    def get(self, team: TeamId, id: EndpointId) -> Endpoint | None:
        row = self._table.get(f"TEAM#{team}", f"ENDPOINT#{id}")
        return _endpoint(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Endpoint]:
        rows, after = self._table.page(f"TEAM#{team}", "ENDPOINT#", limit=limit, cursor=cursor)
        return Page([_endpoint(team, row) for row in rows], after)

    def delete(self, team: TeamId, id: EndpointId) -> None:
        self._table.transact(delete(f"TEAM#{team}", f"ENDPOINT#{id}"), new_revision(team))

    def all(self, team: TeamId) -> Sequence[Endpoint]:
        return [_endpoint(team, row) for row in self._table.all(f"TEAM#{team}", "ENDPOINT#")]


def _row(endpoint: Endpoint) -> Row:
    return {
        "pk": f"TEAM#{endpoint.team}",
        "sk": f"ENDPOINT#{endpoint.id}",
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        "secrets": [_secret_row(secret) for secret in endpoint.sealed_secrets],
        "format": endpoint.format.value,
        "description": endpoint.description,
        "active": endpoint.active,
        "headers": dict(endpoint.headers),
        "rate_per_second": endpoint.rate_per_second,
        "max_concurrency": endpoint.max_concurrency,
        "timeout_seconds": endpoint.timeout_seconds,
        "filter": endpoint.filter and dumps(endpoint.filter.source),
        "ordering": endpoint.ordering and _ordering_row(endpoint.ordering),
        "role_arn": endpoint.role_arn,
        "created_ms": milliseconds(endpoint.created_at),
        "updated_ms": _ms(endpoint.updated_at),
        "revision": endpoint.revision,
    }


def _ordering_row(ordering: Ordering) -> Row:
    return {
        "by": ordering.by,
        "policy": ordering.policy.value,
        "skip_after": ordering.skip_after,
    }


def _secret_row(secret: SealedSecret) -> Row:
    return {
        "sealed": secret.sealed,
        "created_ms": milliseconds(secret.created_at),
        "expires_ms": _ms(secret.expires_at),
    }


def _endpoint(team: TeamId, row: Row) -> Endpoint:
    return Endpoint(
        id=EndpointId(row["sk"].removeprefix("ENDPOINT#")),
        team=team,
        url=row["url"],
        event_types=tuple(row["event_types"]),
        sealed_secrets=_secrets(row),
        format=Format(row["format"]),
        description=row["description"],
        active=row["active"],
        headers=row.get("headers", {}),
        rate_per_second=row.get("rate_per_second"),
        max_concurrency=row.get("max_concurrency"),
        timeout_seconds=row.get("timeout_seconds", FIRST_TIMEOUT_SECONDS),
        filter=Rule(loads(row["filter"])) if "filter" in row else None,
        ordering=_ordering(row["ordering"]) if "ordering" in row else None,
        role_arn=row.get("role_arn"),
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=_time(row, "updated_ms"),
        revision=row.get("revision", FIRST_REVISION),
    )


def _ordering(row: Row) -> Ordering:
    return Ordering(
        by=row["by"], policy=HeadPolicy(row["policy"]), skip_after=row.get("skip_after")
    )


def _secrets(row: Row) -> tuple[SealedSecret, ...]:
    if "sealed_secrets" in row:  # of before secrets were rotated: bytes alone
        created_at = from_milliseconds(row["created_ms"])
        return tuple(
            SealedSecret(sealed=each, created_at=created_at) for each in row["sealed_secrets"]
        )
    return tuple(
        SealedSecret(
            sealed=each["sealed"],
            created_at=from_milliseconds(each["created_ms"]),
            expires_at=_time(each, "expires_ms"),
        )
        for each in row["secrets"]
    )


def _time(row: Row, name: str) -> datetime | None:
    return from_milliseconds(row[name]) if name in row else None


def _ms(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None
