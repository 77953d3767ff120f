"""Points in time as the wire writes them (D-1): in as ISO 8601, out as UTC milliseconds."""

import re
from datetime import UTC, datetime, timedelta

_ISO_8601 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|z|[+-]\d{2}(:?\d{2})?)?", re.ASCII
)


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 date and time; without an offset it is UTC.

    A bare date is malformed. Raises `ValueError` for anything else, too.
    """
    if not _ISO_8601.fullmatch(text):
        raise ValueError(f"not an ISO 8601 date and time: {text!r}")
    instant = datetime.fromisoformat(text.upper())
    try:
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:  # 9999-12-31T23:59-14:00 is in no calendar of ours
        raise ValueError("out of range") from error


def format_timestamp(instant: datetime) -> str:
    """Write `2024-12-15T10:00:00.000Z` (S-16, S-36)."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_second(instant: datetime) -> str:
    """Write `2026-01-28T10:30:00Z`, as the company's events do (W-2)."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(instant: datetime) -> int:
    """Count the milliseconds since 1970, as rows and messages keep them."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(count: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=count)


def to_whole_second(instant: datetime) -> datetime:
    """Round up to a second, so that nothing asked for at .5 happens at .0 (D-35)."""
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + timedelta(seconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
