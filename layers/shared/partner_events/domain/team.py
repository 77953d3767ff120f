"""Teams, the tenants of the platform, and what their plans allow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId

RATE_WINDOW = timedelta(hours=1)


class Plan(StrEnum):
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"


REQUESTS_PER_HOUR = {Plan.STARTER: 1_000, Plan.PRO: 10_000}  # S-25; enterprise has its own number


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`company_id` is the integer that the company format shows; `requests_per_hour` the limit."""

    id: TeamId
    company_id: int
    name: str
    plan: Plan
    requests_per_hour: int
    created_at: datetime


def requests_per_hour(plan: Plan, own: int | None) -> int:
    """Find the plan's limit. Raises `InvalidInput` if an enterprise team has no own number."""
    if plan in REQUESTS_PER_HOUR:
        return REQUESTS_PER_HOUR[plan]
    if own is None or own < 1:
        raise InvalidInput("an enterprise team needs its own number of requests per hour")
    return own
