"""What the operator's command line sets for a team: how many shards its log has."""

import pytest

from partner_events.domain.errors import Conflict, InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.usecases.make_team import set_log_shards
from partner_events_tools import admin
from tests.functions.conftest import NOW, sample

TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])


def partner_events(stack, *arguments):
    given = admin._parser().parse_args(arguments)
    return given.run(stack.parts, given)


def test_the_shards_of_a_team_s_log_are_set_and_shown(stack):
    before = partner_events(stack, "team", "show", TEAM)
    after = partner_events(stack, "team", "set", TEAM, "--log-shards", "4")

    assert (before["log_shards"], before["log_shards_count_from"]) == (1, None)
    assert after["log_shards"] == 4
    assert after["log_shards_count_from"] > after["created_at"]
    assert partner_events(stack, "team", "show", TEAM) == after


def test_a_team_that_is_not_there_has_no_shards(stack):
    with pytest.raises(NotFound):
        partner_events(stack, "team", "set", "unknown", "--log-shards", "4")


@pytest.mark.parametrize("count", ["0", "17"])
def test_more_shards_than_a_digit_tells_apart_are_refused(stack, count):
    with pytest.raises(InvalidInput, match="between 1 and 16"):
        partner_events(stack, "team", "set", TEAM, "--log-shards", count)


def test_an_operator_who_was_slower_is_told_so(stack):
    team = stack.parts.teams.get(TEAM)
    partner_events(stack, "team", "set", TEAM, "--log-shards", "4")
    with pytest.raises(Conflict):
        set_log_shards(team, 2, now=NOW, teams=stack.parts.teams)
