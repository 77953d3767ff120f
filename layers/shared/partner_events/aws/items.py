"""Rows in and out of DynamoDB's typed form, and base64 for what a cursor must hide."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

type Row = dict[str, Any]


def to_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """Type a row for the wire. Attributes that are None are left out."""
    return {name: _typed(value) for name, value in row.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Row:
    return {name: _plain(value) for name, value in item.items()}


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case frozenset():
            return {"SS": sorted(value)}
        case set():
            return {"NS": [str(number) for number in value]}
        case list() | tuple():
            return {"L": [_typed(inner) for inner in value]}
        case dict():
            return {"M": to_item(value)}
    raise TypeError(f"{type(value).__name__} does not go into a row")


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    match kind:
        case "N":
            return int(Decimal(inner))
        case "NS":
            return {int(number) for number in inner}
        case "SS":
            return frozenset(inner)
        case "L":
            return [_plain(each) for each in inner]
        case "M":
            return from_item(inner)
        case "B":
            return bytes(inner)
    return inner
