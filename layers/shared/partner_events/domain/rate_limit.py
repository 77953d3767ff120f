"""How many requests a team has left in this hour, or a key in this minute, by leases (D-7).

An environment takes a handful of requests from the shared counter at once and spends them
without a write. So no request over the limit is ever granted, and what a dying environment
leaves unspent is at most one lease.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LEASES_PER_HOUR = 50  # a lease is 2 % of the limit, so a starter team leases 20 at a time
LEASES_PER_MINUTE = 10  # 10 %, 6 of the usual 60: what is left unspent is lost for a minute only
LARGEST_LEASE = 100


@dataclass(frozen=True, slots=True)
class Window:
    """One counting period: aligned to the clock, so that all environments agree."""

    start: datetime
    length: timedelta

    @classmethod
    def around(cls, now: datetime, length: timedelta) -> "Window":
        return cls(now - (now - _EPOCH) % length, length)

    @property
    def end(self) -> datetime:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the `X-RateLimit-*` headers say.

    `remaining` is what this environment knows of: others may have leased since it last did.
    """

    limit: int
    remaining: int
    reset_at: datetime


def nearer(one: RateLimit, other: RateLimit) -> RateLimit:
    """Choose the limit that a caller will meet first."""
    return min(one, other, key=lambda rate: rate.remaining)


def lease_size(limit: int, *, granted: int, leases: int = LEASES_PER_HOUR) -> int:
    """Decide how many to take: small leases near the end leave less unspent."""
    left = limit - granted
    usual = max(1, min(LARGEST_LEASE, limit // leases))
    return min(left, max(1, min(usual, left // 4)))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
