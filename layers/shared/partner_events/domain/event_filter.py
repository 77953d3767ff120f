"""Which events of the log a reader asks for: by type, and by what their metadata says (D-14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from partner_events.domain.endpoint import covers


@dataclass(frozen=True, slots=True)
class EventFilter:
    """`types` are names, prefixes with `.*`, or `*`; `metadata` maps dotted paths to values.

    An event must be of one of the types, if there are any, and have all of the metadata.
    """

    types: Sequence[str] = ()
    metadata: Mapping[str, str] | None = None

    def wants_type(self, name: str) -> bool:
        return not self.types or any(covers(pattern, name) for pattern in self.types)

    def wants_metadata(self, metadata: Mapping[str, Any]) -> bool:
        asked = self.metadata or {}
        return all(_is(_find(metadata, path), text) for path, text in asked.items())


_MISSING = object()


def _find(value: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return _MISSING
        value = value[name]
    return value


def _is(value: Any, text: str) -> bool:
    """Compare a JSON value with a query's text: numbers by value, the rest as JSON writes it."""
    match value:
        case str():
            return value == text
        case None:
            return text == "null"
        case bool():
            return text == str(value).lower()
        case int() | Decimal():
            try:
                return Decimal(text) == value
            except InvalidOperation:
                return False
    return False
