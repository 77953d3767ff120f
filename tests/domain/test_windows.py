"""Windows of the week: what a clock on the wall shows, whatever is done to that clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.wait_steps import WaitForWindow
from partner_events.domain.windows import is_open, next_opening

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
MINUTE = timedelta(minutes=1)
WORKDAYS = frozenset(range(5))


def window(opens, closes, days=frozenset(range(7))):
    def minutes(text):
        hours, rest = text.split(":")
        return int(hours) * 60 + int(rest)

    return WaitForWindow(opens=minutes(opens), closes=minutes(closes), days=days)


def local(text, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-01-28T10:30:00", "2026-01-28T10:30:00"),
        ("2026-01-28T08:59:59", "2026-01-28T09:00:00"),
        ("2026-01-28T17:29:59", "2026-01-28T17:29:59"),
        ("2026-01-28T17:30:00", "2026-01-29T09:00:00"),
        ("2026-01-30T17:30:00", "2026-02-02T09:00:00"),  # over a weekend
        ("2026-03-06T20:00:00", "2026-03-09T09:00:00"),  # over one on which clocks change
    ],
)
def test_office_hours_open_in_the_morning_of_a_workday(now, opens):
    assert next_opening(window("09:00", "17:30", WORKDAYS), local(now), NEW_YORK) == local(opens)


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens():
    friday_night = window("22:00", "06:00", frozenset({4}))

    assert is_open(friday_night, local("2026-01-31T05:59:00"), NEW_YORK)
    assert not is_open(friday_night, local("2026-01-30T05:59:00"), NEW_YORK)
    assert not is_open(friday_night, local("2026-01-31T22:00:00"), NEW_YORK)


def test_a_window_in_the_hour_that_is_skipped_opens_the_day_after():
    skipped = window("02:10", "02:40")

    assert next_opening(skipped, local("2026-03-08T01:00:00"), NEW_YORK) == local(
        "2026-03-09T02:10:00"
    )


def test_a_window_over_the_skipped_hour_opens_as_the_clock_jumps_into_it():
    assert next_opening(window("02:30", "04:00"), local("2026-03-08T01:00:00"), NEW_YORK) == local(
        "2026-03-08T03:00:00"
    )


def test_an_hour_that_comes_twice_is_open_twice():
    twice = window("01:00", "01:30")
    between = local("2026-11-01T01:40:00")

    assert next_opening(twice, between, NEW_YORK) == local("2026-11-01T01:00:00", fold=1)


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
)
def test_the_next_opening_is_open_and_no_minute_before_it_is(opens, closes, days, zone, now):
    place, at = ZoneInfo(zone), now.replace(tzinfo=UTC, second=0, microsecond=0)
    asked = WaitForWindow(opens=opens, closes=closes, days=days)
    found = next_opening(asked, at, place)

    assert is_open(asked, found, place)
    assert found - at <= timedelta(days=15)
    minutes = min(int((found - at) / MINUTE), 3000)
    earlier = (found - count * MINUTE for count in range(1, minutes + 1))
    assert not any(is_open(asked, each, place) for each in earlier)
