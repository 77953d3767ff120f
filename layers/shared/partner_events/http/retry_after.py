"""The `Retry-After` header: when a receiver would like to hear from us again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=24)


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Return how long to wait, at most a day; None if there is no header or it makes no sense."""
    if value is None:
        return None
    try:
        wait = _seconds(value) if value.isdigit() else _until(value, now=now)
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _seconds(value: str) -> timedelta:
    return timedelta(seconds=min(int(value), LONGEST_WAIT // timedelta(seconds=1)))


def _until(value: str, *, now: datetime) -> timedelta:
    date = parsedate_to_datetime(value)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
