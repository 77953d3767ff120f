"""Spend one request of a team's plan or a key's minute, from leases of this environment (D-7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from partner_events.domain.errors import RateLimited
from partner_events.domain.key import ApiKey
from partner_events.domain.rate_limit import (
    LEASES_PER_HOUR,
    LEASES_PER_MINUTE,
    RateLimit,
    Window,
    lease_size,
)
from partner_events.domain.team import RATE_WINDOW, Team
from partner_events.ports import TokenCounter

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A limit on what is counted under one name; `leases` is how many make up a window."""

    name: str
    limit: int
    per: str
    length: timedelta
    leases: int


@dataclass(slots=True)
class _Lease:
    """`unspent` requests are ours; `granted` is what all environments took, as far as we know."""

    window: Window
    unspent: int = 0
    granted: int = 0


class LeasedRateLimiter:
    """Holds the leases of one environment. Every bucket of a team has the plan's full number."""

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._leases: dict[str, _Lease] = {}

    def spend(self, team: Team, bucket: str, *, now: datetime) -> RateLimit:
        """Take one request of the team's hour, or raise `RateLimited` until the hour ends."""
        rule = _Rule(
            name=f"{team.id}#{bucket}",
            limit=team.requests_per_hour,
            per="hour",
            length=RATE_WINDOW,
            leases=LEASES_PER_HOUR,
        )
        return self._spend(rule, now)

    def spend_minute(self, key: ApiKey, bucket: str, *, now: datetime) -> RateLimit:
        """Take one request of the key's minute, or raise `RateLimited` until the minute ends."""
        rule = _Rule(
            name=f"{key.team}#{key.id}#{bucket}",
            limit=key.requests_per_minute,
            per="minute",
            length=MINUTE,
            leases=LEASES_PER_MINUTE,
        )
        return self._spend(rule, now)

    def _spend(self, rule: _Rule, now: datetime) -> RateLimit:
        window = Window.around(now, rule.length)
        lease = self._leases.get(rule.name)
        if lease is None or lease.window != window:
            lease = self._leases[rule.name] = _Lease(window)
        while lease.unspent == 0:
            self._renew(lease, rule, now)
        lease.unspent -= 1
        return RateLimit(rule.limit, rule.limit - lease.granted + lease.unspent, window.end)

    def _renew(self, lease: _Lease, rule: _Rule, now: datetime) -> None:
        count = lease_size(rule.limit, granted=lease.granted, leases=rule.leases)
        if count <= 0:
            raise RateLimited(
                f"Rate limit of {rule.limit} requests per {rule.per} exceeded",
                rate=RateLimit(rule.limit, 0, lease.window.end),
                retry_after=lease.window.end - now,
            )
        window = lease.window
        taken, lease.granted = self._counter.lease(rule.name, window, count=count, limit=rule.limit)
        lease.unspent = count if taken else 0
