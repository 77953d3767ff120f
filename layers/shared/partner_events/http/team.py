"""GET /api/v1/team on the wire."""

from typing import TypedDict

from partner_events.domain.rate_limit import Window
from partner_events.domain.team import Plan, Team
from partner_events.domain.timestamps import format_timestamp


class LimitsReply(TypedDict):
    requests_per_hour: int


class UsageReply(TypedDict):
    since: str
    until: str
    requests: dict[str, int]


class TeamReply(TypedDict):
    id: str
    company_id: int
    name: str
    plan: Plan
    created_at: str
    limits: LimitsReply
    usage: UsageReply


def team_reply(team: Team, window: Window, taken: dict[str, int]) -> TeamReply:
    return {
        "id": team.id,
        "company_id": team.company_id,
        "name": team.name,
        "plan": team.plan,
        "created_at": format_timestamp(team.created_at),
        "limits": {"requests_per_hour": team.requests_per_hour},
        "usage": {
            "since": format_timestamp(window.start),
            "until": format_timestamp(window.end),
            "requests": taken,
        },
    }
