"""Spend one request of a team's plan, from a lease that this environment holds (D-7)."""

from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.errors import RateLimited
from partner_events.domain.rate_limit import RateLimit, Window, lease_size
from partner_events.domain.team import RATE_WINDOW, Team
from partner_events.ports import TokenCounter


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
        name, limit = f"{team.id}#{bucket}", team.requests_per_hour
        window = Window.around(now, RATE_WINDOW)
        lease = self._leases.get(name)
        if lease is None or lease.window != window:
            lease = self._leases[name] = _Lease(window)
        while lease.unspent == 0:
            self._renew(lease, name, limit, now)
        lease.unspent -= 1
        return RateLimit(limit, limit - lease.granted + lease.unspent, window.end)

    def _renew(self, lease: _Lease, name: str, limit: int, now: datetime) -> None:
        count = lease_size(limit, granted=lease.granted)
        if count <= 0:
            raise RateLimited(
                f"Rate limit of {limit} requests per hour exceeded",
                rate=RateLimit(limit, 0, lease.window.end),
                retry_after=lease.window.end - now,
            )
        taken, lease.granted = self._counter.lease(name, lease.window, count=count, limit=limit)
        lease.unspent = count if taken else 0
