"""List a team's triggers: those that never ran, then the others, newest first."""

from datetime import datetime, timedelta

from partner_events.domain.page import Page
from partner_events.domain.team import Team
from partner_events.domain.trigger import Status, Trigger
from partner_events.trigger_ports import TriggerList

KEPT_FOR = timedelta(days=30)
SKEW = timedelta(hours=1)  # an operator's clock, which says when a team was made, may be fast
MOST_LOOKED_AT = 1_000  # so that a status that hardly any trigger has cannot exhaust a request


def list_triggers(
    team: Team,
    *,
    status: Status | None,
    event_name: str | None,
    since: datetime | None,
    limit: int,
    cursor: str | None,
    now: datetime,
    triggers: TriggerList,
) -> Page[Trigger]:
    """Return up to `limit` triggers that match.

    A status is nowhere kept in order, so triggers are looked at one after the other; a page
    may be short, or empty, and yet have a cursor by which the search goes on.
    """
    found: list[Trigger] = []
    last = cursor
    walk = triggers.newest(
        team.id,
        shards=team.log_shards.most,
        since=max(since or now - KEPT_FOR, team.created_at - SKEW, now - KEPT_FOR),
        now=now,
        event_name=event_name,
        cursor=cursor,
        at_once=limit + 1,
    )
    for looked_at, (trigger, place) in enumerate(walk):
        if looked_at == MOST_LOOKED_AT:
            return Page(found, last)
        if trigger is None:
            return Page(found, place)
        if status is None or trigger.state is status:
            if len(found) == limit:
                return Page(found, last)
            found.append(trigger)
        last = place
    return Page(found, None)
