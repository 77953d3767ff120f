"""How many of its requests a team has taken in this hour (D-7)."""

from datetime import datetime

from partner_events.domain.ids import TeamId
from partner_events.domain.rate_limit import Window
from partner_events.domain.team import RATE_WINDOW
from partner_events.ports import TokenCounter

BUCKETS = ("events", "api")  # each has the plan's full number


def team_usage(
    team: TeamId, *, now: datetime, tokens: TokenCounter
) -> tuple[Window, dict[str, int]]:
    """Count what is leased: each server may hold a lease that it has not used up yet."""
    window = Window.around(now, RATE_WINDOW)
    return window, {name: tokens.taken(f"{team}#{name}", window) for name in BUCKETS}
