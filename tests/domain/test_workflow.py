from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.durations import parse_duration, parse_offset
from partner_events.domain.endpoint import covers
from partner_events.domain.ids import TeamId
from partner_events.domain.retry import Backoff, Retry
from partner_events.domain.workflow import WorkflowStatus, workflow_from
from partner_events.domain.workflow_entry import NameFilter

NOW = datetime(2026, 1, 2, tzinfo=UTC)
STEP = {"id": "tell", "type": "webhook", "url": "https://example.com"}


def workflow(**changes):
    definition = {
        "schema": 1,
        "key": "welcome",
        "status": "active",
        "triggers": [{"event": "user_signup"}],
        "steps": [STEP, {**STEP, "id": "again"}],
        **changes,
    }
    return workflow_from(definition, team=TeamId("t"), version=1, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("user_signup", "user_signup", True),
        ("user_signup", "user_signup_2", False),
        ("loan.*", "loan.funded", True),
        ("loan.*", "loan.funded.late", True),
        ("loan.*", "loan", False),
        ("loan.*", "loans.funded", False),
        ("*", "anything", True),
    ],
)
def test_a_pattern_is_a_name_a_prefix_or_everything_s_27(pattern, name, covered):
    assert covers(pattern, name) is covered


def test_a_workflow_listens_to_its_own_events_only_s_27():
    assert workflow().listens_to("user_signup")
    assert not workflow().listens_to("purchase_completed")


@pytest.mark.parametrize("status", [each for each in WorkflowStatus if each != "active"])
def test_an_inactive_workflow_never_matches_s_32(status):
    assert not workflow(status=status.value).listens_to("user_signup")


@pytest.mark.parametrize(
    ("filter", "tags", "admitted"),
    [
        ({}, set(), True),
        ({"all": {"a", "b"}}, {"a", "b", "c"}, True),
        ({"all": {"a", "b"}}, {"a"}, False),
        ({"any": {"a", "b"}}, {"b"}, True),
        ({"any": {"a", "b"}}, {"c"}, False),
        ({"none": {"a"}}, set(), True),
        ({"none": {"a"}}, {"a"}, False),
        ({"any": {"a"}, "none": {"b"}}, {"a", "b"}, False),
    ],
)
def test_tags_are_filtered_by_all_any_and_none_s_28(filter, tags, admitted):
    sets = {how: frozenset(names) for how, names in filter.items()}

    assert NameFilter(**sets).admits(frozenset(tags)) is admitted


def test_steps_follow_each_other_in_order():
    assert workflow().after("tell") == "again"
    assert workflow().after("again") == "$end"


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 20), (3, 40), (7, 640), (8, None)])
def test_a_step_waits_twice_as_long_after_each_failure_and_gives_up_after_eight(attempt, seconds):
    wait = Retry().delay(attempt, luck=0.5)

    assert wait == (timedelta(seconds=seconds) if seconds else None)


def test_a_step_never_waits_longer_than_its_longest_wait():
    assert Retry(max_attempts=20).delay(15, luck=0.5) == timedelta(hours=1)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 30), (3, 30), (7, 30), (8, None)])
def test_the_last_wait_of_a_table_repeats(attempt, seconds):
    table = (timedelta(seconds=5), timedelta(seconds=30))
    wait = Retry(backoff=Backoff.TABLE, table=table).delay(attempt, luck=0.5)

    assert wait == (timedelta(seconds=seconds) if seconds else None)


def test_a_fixed_wait_does_not_grow():
    retry = Retry(backoff=Backoff.FIXED, initial=timedelta(hours=2))

    assert {retry.delay(attempt, luck=0.5) for attempt in range(1, 8)} == {timedelta(hours=2)}


@pytest.mark.parametrize(("elapsed", "again"), [(20, True), (50, True), (51, False)])
def test_no_attempt_begins_after_the_time_to_give_up(elapsed, again):
    retry = Retry(give_up_after=timedelta(seconds=60))
    wait = retry.delay(1, luck=0.5, elapsed=timedelta(seconds=elapsed))

    assert (wait is not None) is again


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT10S", timedelta(seconds=10)),
        ("P1DT12H", timedelta(days=1, hours=12)),
        ("P2W", timedelta(weeks=2)),
        ("PT0S", timedelta()),
    ],
)
def test_durations_are_iso_8601(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1M", "P1Y", "10s", "P367D", "-PT1S", "PT9999999999S"]
)
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "hours"), [("PT2H", 2), ("-PT2H", -2), ("-PT0S", 0)])
def test_an_offset_may_go_backwards(text, hours):
    assert parse_offset(text) == timedelta(hours=hours)
