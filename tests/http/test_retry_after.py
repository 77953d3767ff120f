from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.http.retry_after import parse_retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
TOO_FAR = "Sun, 01 Mar 99999999999 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta()),
        ("120", timedelta(minutes=2)),
        ("86400", DAY),
        ("86401", DAY),
        ("9" * 400, DAY),
        ("Sun, 01 Mar 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 12:00:30 -0000", timedelta(seconds=30)),
        ("Sunday, 01-Mar-26 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta()),
        ("Sun, 01 Mar 2076 12:00:00 GMT", DAY),
    ],
)
def test_seconds_and_dates_say_how_long_to_wait_and_never_more_than_a_day(value, wait):
    assert parse_retry_after(value, now=NOW) == wait


@pytest.mark.parametrize(
    "value", [None, "", "soon", "-1", "1.5", "²", "9" * 5000, "2026-03-01", TOO_FAR]
)
def test_what_makes_no_sense_is_ignored(value):
    assert parse_retry_after(value, now=NOW) is None


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=60))
def test_no_header_breaks_the_parser_or_asks_for_more_than_a_day(value):
    wait = parse_retry_after(value, now=NOW)

    assert wait is None or timedelta() <= wait <= DAY
