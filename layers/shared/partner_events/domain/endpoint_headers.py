"""Headers that a subscriber adds to its webhooks: which may be, and which values are shown."""

import re
from collections.abc import Mapping

from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.webhook import RESERVED_HEADERS

MAX_HEADERS = 20
MAX_CHARACTERS = 4096  # of names and values altogether: receivers take little more than 8 KB
MAX_NAME = 128
SHOWN_INSTEAD = "********"

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)  # a token (RFC 9110)
_VALUE = re.compile(r"[!-~]([\t -~]*[!-~])?", re.ASCII)  # no control character, no blank at an end
_OURS = RESERVED_HEADERS | {"content-type"}
_OUR_PREFIXES = ("webhook-", "proxy-")
_SENSITIVE = re.compile(
    r"auth|cookie|token|secret|password|passwd|credential|signature|key", re.IGNORECASE
)


def wrong_name(name: str) -> str | None:
    """Say why a header of this name may not be given."""
    if len(name) > MAX_NAME:
        return f"must not be longer than {MAX_NAME} characters"
    if not _NAME.fullmatch(name):
        return "is not the name of a header"
    if name.lower() in _OURS or name.lower().startswith(_OUR_PREFIXES):
        return "is set by the sender and may not be given"
    return None


def wrong_value(value: str) -> str | None:
    """Say why a header may not have this value; nothing of the value is in the words."""
    if not _VALUE.fullmatch(value):
        return "must be visible ASCII characters, with blanks only between them"
    return None


def wrong_together(headers: Mapping[str, str]) -> str | None:
    if len(headers) > MAX_HEADERS:
        return f"must not be more than {MAX_HEADERS}"
    if len({name.lower() for name in headers}) < len(headers):
        return "must not name one header twice"
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_CHARACTERS:
        return f"must not be longer than {MAX_CHARACTERS} characters altogether"
    return None


def shown(headers: Mapping[str, str]) -> dict[str, str]:
    """Hide the values that look like credentials, going by their names."""
    return {
        name: SHOWN_INSTEAD if _SENSITIVE.search(name) else value for name, value in headers.items()
    }


def unhidden(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Put back the values that were hidden from whoever sends the headers back changed.

    Raises `InvalidInput` where there is none to put back.
    """
    known = {name.lower(): value for name, value in before.items()}
    lost = [
        FieldProblem(f"headers.{name}", "must be the value itself")
        for name, value in given.items()
        if value == SHOWN_INSTEAD and name.lower() not in known
    ]
    if lost:
        raise InvalidInput(f"{lost[0].field} {lost[0].message}", lost)
    return {
        name: known[name.lower()] if value == SHOWN_INSTEAD else value
        for name, value in given.items()
    }
