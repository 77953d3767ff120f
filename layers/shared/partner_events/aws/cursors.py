"""Where a page ends, in a form that callers can send back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from partner_events.domain.errors import InvalidInput

LONGEST_SORT_KEY = 1024  # bytes


def cursor_after(sort_key: str) -> str:
    """Make the cursor that continues a page after this row."""
    return urlsafe_b64encode(sort_key.encode()).decode().rstrip("=")


def sort_key_of(cursor: str, prefix: str) -> str:
    """Read a cursor of a list whose sort keys begin with `prefix`, or raise `InvalidInput`."""
    try:
        sort_key = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        sort_key = ""
    if not sort_key.startswith(prefix) or len(sort_key.encode()) > LONGEST_SORT_KEY:
        raise InvalidInput("cursor is not one that this list returned")
    return sort_key
