"""Values in rules: of what kind they are, what is true, and which literals an operator takes."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from partner_events.domain.durations import parse_duration
from partner_events.domain.timestamps import parse_timestamp

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PATH = re.compile(r"|[^.]{1,128}(\.[^.]{1,128})*")


class Want(StrEnum):
    """What an operator takes in one place."""

    ANYTHING = "anything"
    PATH = "a dotted path, as text"
    VARIABLE = 'a variable: {"var": path}'
    LIST = "a list"
    TEXT = "text"
    INSTANT = "an ISO 8601 date, or date and time"
    DURATION = "an ISO 8601 duration of at most a year, such as P7D"


def find_wrong(argument: Any, want: Want) -> str | None:
    """Say what an argument must be, if one sees without any data that it is not."""
    if want is Want.VARIABLE:
        fits = isinstance(argument, dict) and "var" in argument
    elif isinstance(argument, dict):
        fits = want not in (Want.PATH, Want.DURATION)
    else:
        fits = _fits(argument, want)
    return None if fits else f"must be {want}"


def _fits(literal: Any, want: Want) -> bool:
    match want:
        case Want.PATH:
            return isinstance(literal, str) and _PATH.fullmatch(literal) is not None
        case Want.LIST:
            return isinstance(literal, list)
        case Want.TEXT:
            return isinstance(literal, str)
        case Want.INSTANT:
            return to_instant(literal) is not None
        case Want.DURATION:
            return to_duration(literal) is not None
    return True


def kind_of(value: Any) -> str:
    """Name the JSON type of a value; values of different kinds are never equal."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "text"
        case list():
            return "list"
        case Mapping():
            return "object"
    return "number" if is_number(value) else "nothing"


def is_number(value: Any) -> bool:
    """Tell whether it is a finite number that lost no digit (D-2): an int or a Decimal."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def is_true(value: Any) -> bool:
    match kind_of(value):
        case "null" | "boolean" | "number" | "text" | "list":
            return bool(value)
        case "object":
            return True
    return False


def to_instant(value: Any) -> datetime | None:
    """Read a moment; a bare date is its midnight in UTC, since fields hold dates, too."""
    if not isinstance(value, str):
        return None
    try:
        if _DATE.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return parse_timestamp(value)
    except ValueError:
        return None


def to_duration(value: Any) -> timedelta | None:
    try:
        return parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None
