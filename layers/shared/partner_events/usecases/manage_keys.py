"""What a team does with its own API keys: make, list and revoke them (D-8)."""

from collections.abc import Callable, Collection
from datetime import datetime

from partner_events.directory_ports import KeyStore
from partner_events.domain.errors import InvalidInput, NotFound
from partner_events.domain.ids import KeyId, TeamId
from partner_events.domain.key import ApiKey, Scope
from partner_events.domain.page import Page
from partner_events.domain.team import Team
from partner_events.ports import SecretBox
from partner_events.usecases.make_team import make_key

PREFIX = "key_"


def create_key(
    *,
    id: KeyId,
    team: Team,
    name: str,
    scopes: Collection[Scope],
    test: bool,
    expires_at: datetime | None,
    requests_per_minute: int,
    now: datetime,
    randbelow: Callable[[int], int],
    keys: KeyStore,
    secrets: SecretBox,
) -> tuple[ApiKey, str]:
    """Return what is stored of a new key, and the key. Raises `InvalidInput`."""
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("expires_at must be a future date")
    return make_key(
        id=id,
        team=team,
        name=name,
        scopes=scopes,
        live=not test,
        brought=None,
        expires_at=expires_at,
        requests_per_minute=requests_per_minute,
        now=now,
        pepper=secrets.pepper(),
        randbelow=randbelow,
        keys=keys,
    )


def list_keys(team: TeamId, *, limit: int, cursor: str | None, keys: KeyStore) -> Page[ApiKey]:
    """List the keys that nobody revoked, the oldest first; they are few, so all are read."""
    if cursor is not None and not cursor.startswith(PREFIX):
        raise InvalidInput("cursor is not one that this list returned")
    standing = sorted(
        (key for key in keys.of_team(team) if key.revoked_at is None), key=lambda key: key.id
    )
    left = [key for key in standing if cursor is None or key.id > cursor]
    return Page(left[:limit], left[limit - 1].id if len(left) > limit else None)


def revoke_key(id: KeyId, *, team: TeamId, now: datetime, keys: KeyStore) -> None:
    """Revoke the team's key; within a minute no environment lets it in any more."""
    if not keys.revoke(team, id, now=now):
        raise NotFound("API key not found")
