"""GET /api/v1/team on the wire."""

from typing import Any

from partner_events.domain.rate_limit import Window
from partner_events.domain.team import Team
from partner_events.domain.timestamps import format_timestamp


def team_reply(team: Team, window: Window, taken: dict[str, int]) -> dict[str, Any]:
    return {
        "id": team.id,
        "company_id": team.company_id,
        "name": team.name,
        "plan": team.plan.value,
        "created_at": format_timestamp(team.created_at),
        "limits": {"requests_per_hour": team.requests_per_hour},
        "usage": {
            "since": format_timestamp(window.start),
            "until": format_timestamp(window.end),
            "requests": taken,
        },
    }
