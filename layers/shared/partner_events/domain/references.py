"""`{{path}}` references in a step's body: dotted paths into event, contact, execution, workflow."""

import re
from collections.abc import Mapping
from typing import Any

_REFERENCE = re.compile(r"(?<!\{)\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}(?!\})", re.ASCII)


def resolve(value: Any, context: Mapping[str, Any]) -> Any:
    """Fill every reference in every string of a JSON value.

    A string that is exactly one reference becomes the value itself and keeps its type;
    inside a longer string a value is written as text, and a missing one as nothing.
    """
    match value:
        case str():
            whole = _REFERENCE.fullmatch(value)
            if whole:
                return _look_up(whole[1], context)
            return _REFERENCE.sub(lambda found: _text(_look_up(found[1], context)), value)
        case dict():
            return {key: resolve(inner, context) for key, inner in value.items()}
        case list():
            return [resolve(inner, context) for inner in value]
    return value


def unsupported(value: Any) -> str | None:
    """Find a string that uses more than `{{path}}`, so that it can be refused when it is saved."""
    match value:
        case str():
            return value if "{{" in _REFERENCE.sub("", value) else None
        case dict():
            return next(filter(None, map(unsupported, value.values())), None)
        case list():
            return next(filter(None, map(unsupported, value)), None)
    return None


def _look_up(path: str, context: Mapping[str, Any]) -> Any:
    found: Any = context
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
