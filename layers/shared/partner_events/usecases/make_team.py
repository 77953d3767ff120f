"""What only an operator does: make teams and their keys."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from partner_events.directory_ports import KeyStore, TeamStore
from partner_events.domain.errors import Conflict, InvalidInput
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import (
    REQUESTS_PER_MINUTE,
    ApiKey,
    Scope,
    key_hash,
    looks_like_key,
    new_secret_key,
)
from partner_events.domain.team import Plan, Team, requests_per_hour
from partner_events.ports import AlreadyThere


def make_team(
    *,
    id: TeamId,
    name: str,
    plan: Plan,
    own_requests_per_hour: int | None,
    now: datetime,
    teams: TeamStore,
) -> Team:
    """Make a team. Raises `InvalidInput`, or `Conflict` if the id is taken."""
    team = Team(
        id=id,
        company_id=teams.next_company_id(),
        name=name,
        plan=plan,
        requests_per_hour=requests_per_hour(plan, own_requests_per_hour),
        created_at=now,
    )
    try:
        teams.add(team)
    except AlreadyThere as error:
        raise Conflict(f"The team {id} exists already") from error
    return team


def set_log_shards(team: Team, count: int, *, now: datetime, teams: TeamStore) -> Team:
    """Spread the team's log over another number of shards, in a while (see `LogShards`)."""
    shards = team.log_shards.changed(count, now=now)
    try:
        teams.set_log_shards(team, shards)
    except AlreadyThere as error:
        raise Conflict("The team has been changed meanwhile") from error
    return replace(team, log_shards=shards)


def make_key(
    *,
    id: KeyId,
    team: Team,
    name: str,
    scopes: Collection[Scope],
    live: bool,
    brought: str | None,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes,
    randbelow: Callable[[int], int],
    keys: KeyStore,
    requests_per_minute: int = REQUESTS_PER_MINUTE,
) -> tuple[ApiKey, str]:
    """Make a key, or take one that the operator brings; return what is stored, and the key."""
    secret_key = brought or new_secret_key(live=live, randbelow=randbelow)
    if not looks_like_key(secret_key):
        raise InvalidInput("The key is not one: its form or its checksum is wrong")
    if requests_per_minute < 1:
        raise InvalidInput("A key needs at least one request per minute")
    key = ApiKey(
        id=id,
        team=team.id,
        name=name,
        hash=key_hash(secret_key, pepper=pepper),
        scopes=frozenset(scopes),
        created_at=now,
        expires_at=expires_at,
        requests_per_minute=requests_per_minute,
    )
    try:
        keys.add(key)
    except AlreadyThere as error:
        raise Conflict("This key exists already") from error
    return key, secret_key
