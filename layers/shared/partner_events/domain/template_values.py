"""JSON values as a template sees them: what counts as true, how it is written, what is inside."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any


def text(value: Any, *, at_most: int) -> str:
    """Write a value: nothing for null, a list's values with commas between, digits as they came.

    A little more than `at_most` characters may come back, never much more: who asked refuses them.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "[object Object]"
        case list():
            return _joined(value, at_most)
    return str(value)


def _joined(values: Sequence[Any], at_most: int) -> str:
    written: list[str] = []
    for value in values:
        written.append(text(value, at_most=at_most))
        at_most -= len(written[-1]) + 1
        if at_most < 0:
            break
    return ",".join(written)


def is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def is_truthy(value: Any) -> bool:
    """Tell what `#if` goes by: null, false, "", 0 and an empty list are false, {} is true."""
    return not is_empty(value) and (isinstance(value, Mapping | list) or value != 0)


def item(value: Any, name: str) -> Any:
    """Return one item, or None. There is no way from here to an attribute of a Python object."""
    match value:
        case Mapping():
            return value.get(name)
        case list() | str() if name == "length":
            return len(value)
        case list() if _is_index(name):
            return value[int(name)] if int(name) < len(value) else None
    return None


def entries(value: Any) -> Sequence[tuple[Any, Any]]:
    """List what `#each` goes over: keys that are whole numbers come first, as in JavaScript."""
    match value:
        case list():
            return list(enumerate(value))
        case Mapping():
            numbers = sorted((key for key in value if _is_index(key)), key=int)
            others = (key for key in value if not _is_index(key))
            return [(key, value[key]) for key in (*numbers, *others)]
    return ()


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10 and str(int(name)) == name


def _eq(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    return (
        one is other
        if isinstance(one, Mapping | list)
        else type(one) is type(other) and bool(one == other)
    )


def _truncate(value: Any, length: Any, end: Any = "…") -> str:
    written, ending = _short(value), _short(end)
    most = int(min(max(length, 0), LONGEST_ARGUMENT)) if isinstance(length, int | Decimal) else 0
    if len(written) <= most:
        return written
    return written[: max(most - len(ending), 0)] + ending[:most]


def _short(value: Any) -> str:
    return text(value, at_most=LONGEST_ARGUMENT)[:LONGEST_ARGUMENT]


LONGEST_ARGUMENT = 65_536  # of a helper, in characters

HELPERS: Mapping[str, Callable[..., Any]] = {
    "eq": _eq,
    "ne": lambda one, other: not _eq(one, other),
    "upper": lambda value: _short(value).upper(),
    "lower": lambda value: _short(value).lower(),
    "default": lambda value, instead: instead if value is None or value == "" else value,
    "truncate": _truncate,
}
"""`truncate text 20 "…"` writes at most that many characters, its ending among them."""
