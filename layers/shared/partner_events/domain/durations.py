"""Durations as workflows write them: ISO 8601 without months and years."""

import re
from datetime import timedelta

_DURATION = re.compile(r"P(?=.)(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)")
LONGEST_DURATION = timedelta(days=366)


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration without months and years, such as `PT10S` or `P1DT12H`.

    Raises `ValueError` for anything else, and for more than a year.
    """
    found = _DURATION.fullmatch(text)
    if not found or max(map(len, filter(None, found.groups())), default=0) > 9:
        raise ValueError(f"not a duration: {text!r}")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if duration > LONGEST_DURATION:
        raise ValueError(f"longer than {LONGEST_DURATION.days} days: {text!r}")
    return duration


def parse_offset(text: str) -> timedelta:
    """Read a duration that a minus before it turns backwards. Raises `ValueError`."""
    if text.startswith("-"):
        return -parse_duration(text[1:])
    return parse_duration(text)
