"""JSON as text that loses no digit: 99.00 in is 99.00 out (D-2).

Numbers with a fraction or an exponent are `Decimal` between `loads` and `dumps`.
"""

import json
import re
from decimal import Decimal
from typing import Any

from partner_events.domain.event import JsonText

MAX_DEPTH = 32
MAX_DIGITS = 4000  # Python refuses to read an integer of more than 4,300

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_escaped = json.encoder.encode_basestring


def loads(text: str) -> Any:
    """Read one JSON value. Raises `ValueError`, whose message may be shown to the caller (D-4)."""
    if _depth(text) > MAX_DEPTH:
        raise ValueError(f"is nested deeper than {MAX_DEPTH} levels")
    return reread(text)


def reread(text: str) -> Any:
    """Read what was let in already: our envelopes have made it deeper than what may come in."""
    try:
        value = json.loads(
            text,
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_no_constant,
            object_pairs_hook=_object_without_twins,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON (line {error.lineno})") from error
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def dumps(value: Any) -> JsonText:
    """Write a value that `loads` read, or one built of the same types, as compact JSON."""
    return JsonText(_write(value))


def _write(value: Any) -> str:
    match value:
        case str():
            return _escaped(value)
        case bool() | None:
            return json.dumps(value)
        case int():
            return int.__repr__(value)
        case Decimal():
            return str(value)
        case dict():
            return "{" + ",".join(f"{_escaped(k)}:{_write(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_write, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _depth(text: str) -> int:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("holds a number that is too large")
    return int(text)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError as error:
        raise ValueError("holds a number that is too large") from error
    if not number.is_finite():
        raise ValueError("holds a number that is too large")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(f"holds {name}, which is not JSON")


def _object_without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"names {name!r} twice in one object")
        found[name] = value
    return found


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        _write(value).encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half a surrogate pair, which is no character") from error
