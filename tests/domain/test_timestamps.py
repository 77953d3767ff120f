from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.timestamps import (
    format_timestamp,
    from_milliseconds,
    milliseconds,
    parse_timestamp,
    to_whole_second,
)

TEN = datetime(2024, 12, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-12-15T10:00:00Z",
        "2024-12-15T10:00:00.000Z",
        "2024-12-15T10:00Z",
        "2024-12-15T10:00:00",
        "2024-12-15T12:00:00+02:00",
        "2024-12-15T05:00:00-0500",
        "2024-12-15t10:00:00z",
        "2024-12-15T10:00:00,000Z",
    ],
)
def test_an_offset_is_honoured_and_a_naive_time_is_utc_d_1(text):
    assert parse_timestamp(text) == TEN


@pytest.mark.parametrize(
    "text",
    [
        "2024-12-15",
        "",
        "tomorrow",
        "2024-13-15T10:00:00Z",
        "2024-12-15T25:00:00Z",
        "2024-12-15 10:00:00",
        "1734256800",
        "2024-12-15T10:00:00+99:00",
        "9999-12-31T23:59:59-14:00",
        "２０２４-12-15T10:00:00Z",
        "2024-12-15T10:00:00Z\n",
    ],
)
def test_anything_else_is_malformed_a_bare_date_included_d_1(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_timestamp(text)


def test_times_go_out_in_utc_with_milliseconds_and_z_s_16():
    assert format_timestamp(TEN) == "2024-12-15T10:00:00.000Z"


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_time_survives_being_written_and_read_to_the_millisecond(instant):
    again = parse_timestamp(format_timestamp(instant))

    assert timedelta() <= instant - again < timedelta(milliseconds=1)
    assert from_milliseconds(milliseconds(instant)) == again


def test_a_fraction_of_a_second_is_rounded_up_so_that_nothing_happens_early_d_35():
    assert to_whole_second(TEN + timedelta(milliseconds=1)) == TEN + timedelta(seconds=1)
    assert to_whole_second(TEN) == TEN
