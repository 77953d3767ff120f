"""Spend one request of a team's plan, from a lease that this environment holds (D-7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from partner_events.domain.errors import RateLimited
from partner_events.domain.rate_limit import RateLimit, Window, lease_size
from partner_events.domain.team import RATE_WINDOW, Team
from partner_events.ports import TokenCounter

REMEMBERED = 10_000  # leases; whoever calls from ever new addresses must not fill the memory


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
        """Take one request, or raise `RateLimited` until the window ends."""
        words = f"Rate limit of {team.requests_per_hour} requests per hour exceeded"
        name, limit = f"{team.id}#{bucket}", team.requests_per_hour
        return self.take(name, limit, RATE_WINDOW, words, now=now)

    def take(
        self, name: str, limit: int, length: timedelta, words: str, *, now: datetime
    ) -> RateLimit:
        """Take one of `limit` tokens a window, or raise `RateLimited` with these words."""
        window = Window.around(now, length)
        lease = self._leases.get(name)
        if lease is None or lease.window != window:
            if len(self._leases) >= REMEMBERED:
                self._leases.clear()
            lease = self._leases[name] = _Lease(window)
        while lease.unspent == 0:
            count = lease_size(limit, granted=lease.granted)
            if count <= 0:
                rate = RateLimit(limit, 0, window.end)
                raise RateLimited(words, rate=rate, retry_after=window.end - now)
            taken, lease.granted = self._counter.lease(name, window, count=count, limit=limit)
            lease.unspent = count if taken else 0
        lease.unspent -= 1
        return RateLimit(limit, limit - lease.granted + lease.unspent, window.end)
