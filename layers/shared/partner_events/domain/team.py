"""Teams, the tenants of the platform, and what their plans allow."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.log import MOST_SHARDS

RATE_WINDOW = timedelta(hours=1)

# A reader may know its team as it was 30 s ago, and the clock of the operator who sets a number
# may be slow, but not by 5 minutes: AWS would not take the signature.
SHARDS_COUNT_AFTER = timedelta(minutes=10)


class Plan(StrEnum):
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"


REQUESTS_PER_HOUR = {Plan.STARTER: 1_000, Plan.PRO: 10_000}  # S-25; enterprise has its own number


@dataclass(frozen=True, slots=True, kw_only=True)
class LogShards:
    """Over how many shards a team's log is spread; each takes 1,000 events a second.

    Writers use a new `count` only when every reader knows of it: until then the one `before`.
    Readers read `most`, as many as there ever were. So none is skipped, whenever it changes.
    """

    count: int = 1
    before: int = 1
    most: int = 1
    set_at: datetime | None = None

    @property
    def counts_from(self) -> datetime | None:
        return self.set_at and self.set_at + SHARDS_COUNT_AFTER

    def written(self, now: datetime) -> int:
        return self.before if self.counts_from and now < self.counts_from else self.count

    def changed(self, count: int, *, now: datetime) -> Self:
        """Set another number. Raises `InvalidInput` unless it is between 1 and 16."""
        if not 1 <= count <= MOST_SHARDS:
            raise InvalidInput(f"the log has between 1 and {MOST_SHARDS} shards")
        before = self.written(now)
        return replace(self, count=count, before=before, most=max(self.most, count), set_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`company_id` is the integer that the company format shows; `requests_per_hour` the limit.

    `awaited` are the events that its workflows may wait for (see `awaiting`).
    """

    id: TeamId
    company_id: int
    name: str
    plan: Plan
    requests_per_hour: int
    created_at: datetime
    log_shards: LogShards = LogShards()
    awaited: frozenset[str] = frozenset()


def requests_per_hour(plan: Plan, own: int | None) -> int:
    """Find the plan's limit. Raises `InvalidInput` if an enterprise team has no own number."""
    if plan in REQUESTS_PER_HOUR:
        return REQUESTS_PER_HOUR[plan]
    if own is None or own < 1:
        raise InvalidInput("an enterprise team needs its own number of requests per hour")
    return own
