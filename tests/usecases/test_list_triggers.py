"""Pages of triggers: full where there is enough to show, and never without an end."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.event import Event
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.team import Plan, Team
from partner_events.domain.trigger import Status, Trigger
from partner_events.usecases.list_triggers import MOST_LOOKED_AT, list_triggers
from tests.fakes.log import InMemoryEventLog
from tests.fakes.trigger_list import InMemoryTriggerList
from tests.fakes.triggers import InMemoryTriggers

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TEAM = TeamId("team")
ACME = Team(
    id=TEAM,
    company_id=1,
    name="Acme",
    plan=Plan.STARTER,
    requests_per_hour=1_000,
    created_at=NOW - timedelta(days=1),
)


def pages(statuses, *, status=None, limit=2):
    """List triggers of these statuses (the first is the newest) to the end."""
    rows = InMemoryTriggers()
    for place, each in enumerate(statuses):
        created_at = NOW - timedelta(seconds=place)
        event, id = Event(team=TEAM, name="e"), TriggerId(f"{place}")
        rows.triggers[id] = Trigger(id=id, event=event, status=each, created_at=created_at)
    cursor, found = None, []
    while True:
        page = list_triggers(
            ACME,
            status=status,
            event_name=None,
            since=None,
            limit=limit,
            cursor=cursor,
            now=NOW,
            triggers=InMemoryTriggerList(rows, InMemoryEventLog()),
        )
        found.append([trigger.id for trigger in page.items])
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, [[]]), (1, [["0"]]), (2, [["0", "1"]]), (3, [["0", "1"], ["2"]])],
)
def test_a_page_has_a_cursor_only_if_there_is_more(count, expected):
    assert pages([Status.CANCELLED] * count) == expected


def test_a_status_is_looked_for_past_all_others():
    found = [Status.CANCELLED, Status.FAILED] * 5

    assert pages(found, status=Status.FAILED) == [["1", "3"], ["5", "7"], ["9"]]


def test_the_last_of_a_status_ends_the_list():
    assert pages([Status.FAILED] * 2 + [Status.CANCELLED] * 9, status=Status.FAILED) == [["0", "1"]]


def test_a_status_that_is_nowhere_to_be_found_is_looked_for_in_several_requests():
    assert pages([Status.CANCELLED] * (MOST_LOOKED_AT + 1), status=Status.FAILED) == [[], []]
