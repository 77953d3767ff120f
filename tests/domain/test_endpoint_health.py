"""When an endpoint is warned and disabled: never on a doubt, and then for certain."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.delivery import Attempt
from partner_events.domain.endpoint_health import (
    BETWEEN_STAGES,
    COARSE,
    DISABLED_AFTER,
    ENOUGH,
    Disabled,
    EndpointHealth,
)
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.webhook import ErrorClass

START = datetime(2026, 1, 2, tzinfo=UTC)
HEALTHY = EndpointHealth(team=TeamId("acme"), endpoint=EndpointId("ep_1"))
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def an_attempt(
    at: datetime, error: ErrorClass | None = ErrorClass.HTTP_5XX, status: int | None = None
) -> Attempt:
    return Attempt(at=at, duration=SECOND, url="https://x", error=error, status_code=status)


def note(health: EndpointHealth, attempt: Attempt, name: str = "") -> EndpointHealth:
    name = name or attempt.at.isoformat()
    return health.after(attempt, name=name, noted_at=attempt.at + attempt.duration)


def failing(every: timedelta, total: timedelta) -> list[EndpointHealth]:
    """Let every attempt fail for a time; return the health after each."""
    health, states, at = HEALTHY, [], START
    while at <= START + total:
        health = note(health, an_attempt(at))
        states.append(health)
        at += every
    return states


def test_an_endpoint_that_only_fails_is_warned_twice_and_then_disabled() -> None:
    states = failing(HOUR, DISABLED_AFTER + 2 * HOUR)
    warned = [each for each in range(1, 130) if states[:each][-1].warnings]
    last = states[-1]

    assert [min(n for n, s in enumerate(states) if s.warnings == w) for w in (1, 2)] == [25, 73]
    assert warned
    assert last.reason is Disabled.FAILING
    assert last.disabled_at is not None
    assert last.disabled_at - START >= DISABLED_AFTER


def test_an_endpoint_that_failed_too_seldom_stays() -> None:
    last = failing(16 * HOUR, 6 * DAY)[-1]

    assert len(last.counted) < ENOUGH + 1
    assert last.disabled_at is None


def test_an_endpoint_that_is_warned_late_still_has_a_day_after_each_warning() -> None:
    health = failing(SECOND, 20 * SECOND)[-1]
    for days in (10, 10.5, 11.1, 11.5, 12):
        health = note(health, an_attempt(START + days * DAY))
    too_early = health
    health = note(health, an_attempt(START + 12.2 * DAY))

    assert (too_early.warnings, too_early.disabled_at) == (2, None)
    assert health.disabled_at


def test_one_success_forgets_what_failed_before() -> None:
    health = failing(HOUR, DISABLED_AFTER - HOUR)[-1]
    well = note(health, an_attempt(START + DISABLED_AFTER, None, 200))

    assert (well.failing_since, well.warnings, well.counted) == (None, 0, frozenset())
    assert well.last_success_at == START + DISABLED_AFTER


@pytest.mark.parametrize("error", [ErrorClass.INTERNAL, ErrorClass.BLOCKED])
def test_what_is_no_fault_of_the_subscriber_is_not_counted(error: ErrorClass) -> None:
    assert note(HEALTHY, an_attempt(START, error)) is HEALTHY


def test_gone_disables_at_once() -> None:
    health = note(HEALTHY, an_attempt(START, ErrorClass.HTTP_4XX, 410), "dlv_1-1")

    assert (health.reason, health.disabled_at) == (Disabled.GONE, START + SECOND)
    assert health.changed_by == "dlv_1-1"


def test_an_enabled_endpoint_begins_anew_and_old_news_does_not_disable_it_again() -> None:
    gone = an_attempt(START, ErrorClass.HTTP_4XX, 410)
    enabled = note(HEALTHY, gone).enabled(now=START + HOUR)

    assert not enabled.is_disabled
    assert note(enabled, gone) is enabled
    assert enabled.enabled(now=START + DAY) is enabled


def test_a_healthy_endpoint_is_written_every_five_minutes_at_most() -> None:
    health, writes = HEALTHY, 0
    for second in range(3_600):
        noted = note(health, an_attempt(START + second * SECOND, None, 200))
        writes += noted is not health
        health = noted

    assert writes == HOUR // COARSE


def test_a_dead_endpoint_is_written_no_more_than_it_takes_to_count_and_to_warn() -> None:
    states = failing(timedelta(minutes=1), DISABLED_AFTER + DAY)
    writes = 1 + sum(a is not b for a, b in zip(states, states[1:], strict=False))

    assert writes == ENOUGH + 2 + 1


@dataclass(frozen=True)
class Noted:
    """An attempt, and how long after its end its worker comes to note it."""

    at: timedelta
    succeeds: bool
    noted_after: timedelta


attempts = st.builds(
    Noted,
    at=st.timedeltas(timedelta(), timedelta(days=9)),
    succeeds=st.integers(0, 40).map(lambda n: n == 0),
    noted_after=st.timedeltas(timedelta(), timedelta(minutes=3)),
)


@given(
    st.lists(attempts, min_size=1, max_size=60),
    st.data(),
)
def test_no_order_of_notes_disables_an_endpoint_that_succeeded_meanwhile(
    made: list[Noted], data: st.DataObject
) -> None:
    """The worker of a success may not have known of failures; then it writes nothing."""
    health, known_at = HEALTHY, [(timedelta.min, HEALTHY)]
    by_note = sorted(enumerate(made), key=lambda each: each[1].at + each[1].noted_after)
    noted: list[Noted] = []
    for number, each in by_note:
        for _ in range(data.draw(st.integers(1, 2))):  # a duplicate notes it once more
            attempt = an_attempt(START + each.at, None if each.succeeds else ErrorClass.TIMEOUT)
            when = START + each.at + each.noted_after
            seen = [h for at, h in known_at if at <= each.at][-1]
            if seen.after(attempt, name=str(number), noted_at=when) is not seen:
                health = health.after(attempt, name=str(number), noted_at=when)
        known_at.append((each.at + each.noted_after, health))
        noted.append(each)
        if health.is_disabled:
            break

    if not health.is_disabled:
        return
    assert health.failing_since is not None
    since = health.failing_since - START
    failures = [each for each in noted if not each.succeeds]
    assert not [each for each in noted if each.succeeds and each.at >= since]
    assert len({each.at for each in failures}) >= 1
    assert len(failures) >= ENOUGH
    assert max(each.at for each in failures) - since >= DISABLED_AFTER
    assert health.warnings == 2
    assert health.warned_at is not None
    assert health.disabled_at is not None
    assert health.disabled_at - health.warned_at >= BETWEEN_STAGES - timedelta(minutes=3)


@given(st.lists(attempts, min_size=1, max_size=40))
def test_noting_an_attempt_twice_changes_nothing_more(made: list[Noted]) -> None:
    health = HEALTHY
    for number, each in enumerate(made):
        attempt = an_attempt(START + each.at, None if each.succeeds else ErrorClass.TLS)
        when = attempt.at + each.noted_after
        once = health.after(attempt, name=str(number), noted_at=when)
        twice = once.after(attempt, name=str(number), noted_at=when)

        assert (twice.counted, twice.disabled_at) == (once.counted, once.disabled_at)
        health = once
