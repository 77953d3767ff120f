"""Teams and their keys on DynamoDB, in the directory's table.

pk              sk             what it holds
SYSTEM          COMPANY        the last integer company id
SYSTEM          PEPPER         see `secrets`
COMPANY#<id>    COMPANY        which team has this integer company id
TEAM#<team>     TEAM           the team, and the revision of its routes
TEAM#<team>     NUMBER         the last integer event id that was leased
TEAM#<team>     KEY#<id>       a key as it is listed
KEY#<hash>      KEY            the same key as a request finds it
"""

from collections.abc import Sequence
from datetime import datetime

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table, put, update
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import REQUESTS_PER_MINUTE, ApiKey, Scope
from partner_events.domain.team import LogShards, Plan, Team
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

NUMBERS_PER_LEASE = 1_000


class DynamoTeamStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, team: Team) -> None:
        row = {
            "pk": f"TEAM#{team.id}",
            "sk": "TEAM",
            "company_id": team.company_id,
            "name": team.name,
            "plan": team.plan.value,
            "requests_per_hour": team.requests_per_hour,
            "created_ms": milliseconds(team.created_at),
            "revision": 0,
        }
        company = {"pk": f"COMPANY#{team.company_id}", "sk": "COMPANY", "team": team.id}
        try:
            self._table.transact(put(row, only_if=NEW), put(company))
        except ConditionFailed as error:
            raise AlreadyThere(team.id) from error

    def of_company(self, company_id: int) -> TeamId | None:
        row = self._table.get(f"COMPANY#{company_id}", "COMPANY")
        return TeamId(row["team"]) if row else None

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
            log_shards=_log_shards(row.get("log_shards")),
            awaited=row.get("awaited", frozenset()),
        )

    def set_log_shards(self, team: Team, shards: LogShards) -> None:
        old = _log_shards_row(team.log_shards)
        try:
            self._table.update(
                f"TEAM#{team.id}",
                "TEAM",
                "SET #log_shards = :new ADD revision :one",
                only_if="#log_shards = :old"
                if old
                else "attribute_exists(pk) AND attribute_not_exists(#log_shards)",
                new=_log_shards_row(shards),
                one=1,
                **({"old": old} if old else {}),
            )
        except ConditionFailed as error:
            raise AlreadyThere(team.id) from error

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


def _log_shards_row(shards: LogShards) -> Row | None:
    if shards.set_at is None:
        return None  # nobody has ever set it
    return {
        "count": shards.count,
        "before": shards.before,
        "most": shards.most,
        "set_ms": milliseconds(shards.set_at),
    }


def _log_shards(row: Row | None) -> LogShards:
    if row is None:
        return LogShards()
    return LogShards(
        count=row["count"],
        before=row["before"],
        most=row["most"],
        set_at=from_milliseconds(row["set_ms"]),
    )


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
        "requests_per_minute": key.requests_per_minute,
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
        requests_per_minute=row.get("requests_per_minute", REQUESTS_PER_MINUTE),
    )
