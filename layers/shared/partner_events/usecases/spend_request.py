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
REMEMBERED = 10_000  # leases; whoever calls from ever new addresses must not fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A limit on what is counted under one name, and the words for whom it stops.

    `leases` is how many of them make up a window.
    """

    name: str
    limit: int
    length: timedelta
    leases: int
    words: str


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
        rule = Rule(
            name=f"{team.id}#{bucket}",
            limit=team.requests_per_hour,
            length=RATE_WINDOW,
            leases=LEASES_PER_HOUR,
            words=f"Rate limit of {team.requests_per_hour} requests per hour exceeded",
        )
        return self.take(rule, now=now)

    def spend_minute(self, key: ApiKey, bucket: str, *, now: datetime) -> RateLimit:
        """Take one request of the key's minute, or raise `RateLimited` until the minute ends."""
        limit = key.requests_per_minute
        words = f"Rate limit of {limit} requests per minute exceeded"
        rule = a_minute_of(f"{key.team}#{key.id}#{bucket}", limit, words)
        return self.take(rule, now=now)

    def take(self, rule: Rule, *, now: datetime) -> RateLimit:
        """Take one of what a rule allows, or raise `RateLimited` until its window ends."""
        window = Window.around(now, rule.length)
        lease = self._leases.get(rule.name)
        if lease is None or lease.window != window:
            if len(self._leases) >= REMEMBERED:
                self._leases.clear()
            lease = self._leases[rule.name] = _Lease(window)
        while lease.unspent == 0:
            self._renew(lease, rule, now)
        lease.unspent -= 1
        return RateLimit(rule.limit, rule.limit - lease.granted + lease.unspent, window.end)

    def _renew(self, lease: _Lease, rule: Rule, now: datetime) -> None:
        count = lease_size(rule.limit, granted=lease.granted, leases=rule.leases)
        if count <= 0:
            raise RateLimited(
                rule.words,
                rate=RateLimit(rule.limit, 0, lease.window.end),
                retry_after=lease.window.end - now,
            )
        window = lease.window
        taken, lease.granted = self._counter.lease(rule.name, window, count=count, limit=rule.limit)
        lease.unspent = count if taken else 0


def a_minute_of(name: str, limit: int, words: str) -> Rule:
    return Rule(name=name, limit=limit, length=MINUTE, leases=LEASES_PER_MINUTE, words=words)
