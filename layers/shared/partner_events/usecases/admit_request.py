"""Let a request in: whose key is it, may it do this, and is there a request left in the plan?"""

from datetime import datetime, timedelta

from partner_events.directory_ports import KeyStore, KeyUses, TeamStore
from partner_events.domain.caller import Admission, Caller
from partner_events.domain.errors import InactiveKey, InvalidTeam, Unauthorized
from partner_events.domain.ids import KeyId
from partner_events.domain.key import key_hash, looks_like_key
from partner_events.domain.rate_limit import nearer
from partner_events.domain.remembered import Remembered
from partner_events.ports import SecretBox
from partner_events.usecases.spend_request import LeasedRateLimiter

REMEMBERED_FOR = timedelta(seconds=30)  # half of the minute in which a revocation must work (D-8)
REMEMBERED = 1_000
USE_NOTED_FOR = timedelta(hours=1)  # one write for a key, an hour and an environment


class Gate:
    """Knows the callers of the last half minute, so that most requests cost no read."""

    def __init__(
        self,
        *,
        keys: KeyStore,
        uses: KeyUses,
        teams: TeamStore,
        secrets: SecretBox,
        limiter: LeasedRateLimiter,
    ) -> None:
        self._keys = keys
        self._uses = uses
        self._teams = teams
        self._secrets = secrets
        self._limiter = limiter
        self._callers = Remembered[str, Caller](time=REMEMBERED_FOR, most=REMEMBERED)
        self._noted = Remembered[KeyId, datetime](time=USE_NOTED_FOR, most=REMEMBERED)

    def admit(
        self,
        secret_key: str | None,
        team: str | None,
        *,
        bucket: str,
        team_required: bool,
        key_minute: bool = False,
        now: datetime,
    ) -> Admission:
        """Check key, team and rate, in this order (D-30).

        With `key_minute` the key's own minute counts besides the team's hour (D-7). Raises
        `Unauthorized`, `InactiveKey`, `InvalidTeam` or `RateLimited`.
        """
        caller = self._identify(secret_key, now)
        if team != caller.team.id and (team is not None or team_required):
            raise InvalidTeam("Invalid team context")
        # The minute first: a request that it refuses takes nothing from the hour.
        minute = self._limiter.spend_minute(caller.key, bucket, now=now) if key_minute else None
        hour = self._limiter.spend(caller.team, bucket, now=now)
        self._noted.get(caller.key.id, lambda key: self._note(key, now), now=now)
        return Admission(caller, hour if minute is None else nearer(minute, hour))

    def _identify(self, secret_key: str | None, now: datetime) -> Caller:
        if secret_key is None or not looks_like_key(secret_key):
            raise Unauthorized("Unauthorized")
        hash = key_hash(secret_key, pepper=self._secrets.pepper())
        caller = self._callers.get(hash, self._look_up, now=now)
        if caller is None:
            raise Unauthorized("Unauthorized")
        if not caller.key.is_live(now):
            raise InactiveKey("Unauthorized")
        return caller

    def _note(self, key: KeyId, now: datetime) -> datetime:
        self._uses.note(key, now=now)
        return now

    def _look_up(self, hash: str) -> Caller | None:
        key = self._keys.find(hash)
        team = self._teams.get(key.team) if key else None
        return Caller(key, team) if key and team else None
