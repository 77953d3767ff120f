"""What a team set up, on DynamoDB: the team itself, keys, event types, workflows, endpoints.

pk              sk                         what it holds
SYSTEM          COMPANY                    the last integer company id
SYSTEM          PEPPER                     see `secrets`
TEAM#<team>     TEAM                       the team, and the revision of its routes
TEAM#<team>     NUMBER                     the last integer event id that was leased
TEAM#<team>     KEY#<id>                   a key as it is listed
KEY#<hash>      KEY                        the same key as a request finds it
TEAM#<team>     TYPE#<name>                an event type
TEAM#<team>     WORKFLOW#<key>             a workflow, the version in force
TEAM#<team>     VERSION#<key>#<number>     every version that was ever put
TEAM#<team>     ENDPOINT#<id>              a webhook endpoint
"""

from collections.abc import Sequence
from datetime import datetime

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table, Write, delete, put, update
from partner_events.domain.endpoint import Endpoint, Format
from partner_events.domain.event_type import EventType
from partner_events.domain.ids import EndpointId, KeyId, TeamId
from partner_events.domain.key import ApiKey, Scope
from partner_events.domain.page import Page
from partner_events.domain.team import Plan, Team
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.workflow import Workflow, workflow_from
from partner_events.jsontext import dumps, loads
from partner_events.ports import AlreadyThere

NUMBERS_PER_LEASE = 1_000
VERSIONS_REMEMBERED = 500


class DynamoTeamStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, team: Team) -> None:
        row = {
            **_team_key(team.id),
            "company_id": team.company_id,
            "name": team.name,
            "plan": team.plan.value,
            "requests_per_hour": team.requests_per_hour,
            "created_ms": milliseconds(team.created_at),
            "revision": 0,
        }
        try:
            self._table.put(row, only_if=NEW)
        except ConditionFailed as error:
            raise AlreadyThere(team.id) from error

    def next_company_id(self) -> int:
        company: int = self._table.update("SYSTEM", "COMPANY", "ADD #last :one", one=1)["last"]
        return company

    def get(self, id: TeamId) -> Team | None:
        row = self._table.get(f"TEAM#{id}", "TEAM")
        if row is None:
            return None
        return Team(
            id=id,
            company_id=row["company_id"],
            name=row["name"],
            plan=Plan(row["plan"]),
            requests_per_hour=row["requests_per_hour"],
            created_at=from_milliseconds(row["created_ms"]),
        )

    def revision(self, id: TeamId) -> int:
        row = self._table.get(f"TEAM#{id}", "TEAM")
        return row["revision"] if row else 0


class DynamoNumberSource:
    """Leases integer ids a thousand at a time, so that most events cost no write for theirs."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._leased: dict[TeamId, range] = {}

    def next(self, team: TeamId) -> int:
        left = self._leased.get(team)
        if not left:
            row = self._table.update(
                f"TEAM#{team}", "NUMBER", "ADD #last :count", count=NUMBERS_PER_LEASE
            )
            left = range(row["last"] - NUMBERS_PER_LEASE + 1, row["last"] + 1)
        self._leased[team] = left[1:]
        return left[0]


class DynamoKeyStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, key: ApiKey) -> None:
        row = _key_row(key)
        try:
            self._table.transact(
                put({"pk": f"KEY#{key.hash}", "sk": "KEY", **row}, only_if=NEW),
                put({"pk": f"TEAM#{key.team}", "sk": f"KEY#{key.id}", **row}, only_if=NEW),
            )
        except ConditionFailed as error:
            raise AlreadyThere(key.id) from error

    def find(self, hash: str) -> ApiKey | None:
        row = self._table.get(f"KEY#{hash}", "KEY")
        return _key(row) if row else None

    def of_team(self, team: TeamId) -> Sequence[ApiKey]:
        return [_key(row) for row in self._table.all(f"TEAM#{team}", "KEY#")]

    def revoke(self, team: TeamId, id: KeyId, *, now: datetime) -> bool:
        row = self._table.get(f"TEAM#{team}", f"KEY#{id}")
        if row is None:
            return False
        stamp = "SET revoked_ms = if_not_exists(revoked_ms, :now)"
        self._table.transact(
            update(f"KEY#{row['hash']}", "KEY", stamp, now=milliseconds(now)),
            update(f"TEAM#{team}", f"KEY#{id}", stamp, now=milliseconds(now)),
        )
        return True


class DynamoEventTypeStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, event_type: EventType) -> None:
        row = {
            "pk": f"TEAM#{event_type.team}",
            "sk": f"TYPE#{event_type.name}",
            "description": event_type.description,
            "created_ms": milliseconds(event_type.created_at),
        }
        try:
            self._table.put(row, only_if=NEW)
        except ConditionFailed as error:
            raise AlreadyThere(event_type.name) from error

    def get(self, team: TeamId, name: str) -> EventType | None:
        row = self._table.get(f"TEAM#{team}", f"TYPE#{name}")
        return _event_type(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[EventType]:
        rows, after = self._table.page(f"TEAM#{team}", "TYPE#", limit=limit, cursor=cursor)
        return Page([_event_type(team, row) for row in rows], after)

    def delete(self, team: TeamId, name: str) -> None:
        self._table.delete(f"TEAM#{team}", f"TYPE#{name}")


class DynamoWorkflowStore:
    """Every version stands as a row of its own; the current one is copied to be found fast."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions: dict[tuple[TeamId, str, int], Workflow] = {}  # they never change

    def put(self, workflow: Workflow) -> None:
        row = _workflow_row(workflow)
        version = f"VERSION#{workflow.key}#{workflow.version:08}"
        try:
            self._table.transact(
                put({"pk": f"TEAM#{workflow.team}", "sk": version, **row}, only_if=NEW),
                put({"pk": f"TEAM#{workflow.team}", "sk": f"WORKFLOW#{workflow.key}", **row}),
                _new_revision(workflow.team),
            )
        except ConditionFailed as error:
            raise AlreadyThere(version) from error

    def get(self, team: TeamId, key: str) -> Workflow | None:
        row = self._table.get(f"TEAM#{team}", f"WORKFLOW#{key}")
        return _workflow(team, row) if row else None

    def latest_version(self, team: TeamId, key: str) -> int:
        last = self._table.last(f"TEAM#{team}", f"VERSION#{key}#")
        return last["version"] if last else 0

    def version(self, team: TeamId, key: str, version: int) -> Workflow | None:
        found = self._versions.get((team, key, version))
        if found is None:
            row = self._table.get(f"TEAM#{team}", f"VERSION#{key}#{version:08}")
            if row is None:
                return None
            found = _workflow(team, row)
            if len(self._versions) >= VERSIONS_REMEMBERED:
                self._versions.clear()
            self._versions[team, key, version] = found
        return found

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Workflow]:
        rows, after = self._table.page(f"TEAM#{team}", "WORKFLOW#", limit=limit, cursor=cursor)
        return Page([_workflow(team, row) for row in rows], after)

    def delete(self, team: TeamId, key: str) -> None:
        self._table.transact(delete(f"TEAM#{team}", f"WORKFLOW#{key}"), _new_revision(team))

    def all(self, team: TeamId) -> Sequence[Workflow]:
        return [_workflow(team, row) for row in self._table.all(f"TEAM#{team}", "WORKFLOW#")]


class DynamoEndpointStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, endpoint: Endpoint) -> None:
        self._table.transact(
            put(_endpoint_row(endpoint), only_if=NEW), _new_revision(endpoint.team)
        )

    def get(self, team: TeamId, id: EndpointId) -> Endpoint | None:
        row = self._table.get(f"TEAM#{team}", f"ENDPOINT#{id}")
        return _endpoint(team, row) if row else None

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Endpoint]:
        rows, after = self._table.page(f"TEAM#{team}", "ENDPOINT#", limit=limit, cursor=cursor)
        return Page([_endpoint(team, row) for row in rows], after)

    def delete(self, team: TeamId, id: EndpointId) -> None:
        self._table.transact(delete(f"TEAM#{team}", f"ENDPOINT#{id}"), _new_revision(team))

    def all(self, team: TeamId) -> Sequence[Endpoint]:
        return [_endpoint(team, row) for row in self._table.all(f"TEAM#{team}", "ENDPOINT#")]


def _team_key(team: TeamId) -> Row:
    return {"pk": f"TEAM#{team}", "sk": "TEAM"}


def _new_revision(team: TeamId) -> Write:
    return update(f"TEAM#{team}", "TEAM", "ADD revision :one", one=1)


def _key_row(key: ApiKey) -> Row:
    return {
        "id": key.id,
        "team": key.team,
        "name": key.name,
        "hash": key.hash,
        "scopes": sorted(key.scopes),
        "created_ms": milliseconds(key.created_at),
        "expires_ms": milliseconds(key.expires_at) if key.expires_at else None,
        "revoked_ms": milliseconds(key.revoked_at) if key.revoked_at else None,
    }


def _key(row: Row) -> ApiKey:
    return ApiKey(
        id=KeyId(row["id"]),
        team=TeamId(row["team"]),
        name=row["name"],
        hash=row["hash"],
        scopes=frozenset(map(Scope, row["scopes"])),
        created_at=from_milliseconds(row["created_ms"]),
        expires_at=from_milliseconds(row["expires_ms"]) if "expires_ms" in row else None,
        revoked_at=from_milliseconds(row["revoked_ms"]) if "revoked_ms" in row else None,
    )


def _event_type(team: TeamId, row: Row) -> EventType:
    return EventType(
        team=team,
        name=row["sk"].removeprefix("TYPE#"),
        description=row["description"],
        created_at=from_milliseconds(row["created_ms"]),
    )


def _workflow_row(workflow: Workflow) -> Row:
    return {
        "version": workflow.version,
        "definition": dumps(workflow.definition),
        "created_ms": milliseconds(workflow.created_at),
        "updated_ms": milliseconds(workflow.updated_at),
    }


def _workflow(team: TeamId, row: Row) -> Workflow:
    return workflow_from(
        loads(row["definition"]),
        team=team,
        version=row["version"],
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
    )


def _endpoint_row(endpoint: Endpoint) -> Row:
    return {
        "pk": f"TEAM#{endpoint.team}",
        "sk": f"ENDPOINT#{endpoint.id}",
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        "sealed_secrets": list(endpoint.sealed_secrets),
        "format": endpoint.format.value,
        "description": endpoint.description,
        "active": endpoint.active,
        "created_ms": milliseconds(endpoint.created_at),
    }


def _endpoint(team: TeamId, row: Row) -> Endpoint:
    return Endpoint(
        id=EndpointId(row["sk"].removeprefix("ENDPOINT#")),
        team=team,
        url=row["url"],
        event_types=tuple(row["event_types"]),
        sealed_secrets=tuple(row["sealed_secrets"]),
        format=Format(row["format"]),
        description=row["description"],
        active=row["active"],
        created_at=from_milliseconds(row["created_ms"]),
    )
