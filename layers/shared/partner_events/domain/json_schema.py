"""JSON Schema 2020-12 as far as event types use it; what is more is refused when it is registered.

No `$ref` and no `pattern`: a tenant's schema can neither make us fetch anything nor make a
check take longer than the value is long. Annotations are let through and do nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from partner_events.domain.errors import FieldProblem
from partner_events.domain.timestamps import parse_timestamp

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
COUNTS = ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties")
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
SEVERAL = ("allOf", "anyOf", "oneOf")
ANNOTATIONS = ("$schema", "$comment", "title", "description", "default", "examples", "deprecated")
OTHERS = ("type", "enum", "const", "properties", "required", "additionalProperties", "items", "not")
KNOWN = {*COUNTS, *BOUNDS, *SEVERAL, *ANNOTATIONS, *OTHERS, "format"}

type Schema = Mapping[str, Any] | bool


def schema_problems(schema: Any, at: str = "schema") -> Iterator[FieldProblem]:
    """Name everything that makes a schema one that `problems` cannot check by."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        yield FieldProblem(at, "must be a JSON Schema: an object, true or false")
        return
    for keyword, value in schema.items():
        place = f"{at}.{keyword}"
        if keyword not in KNOWN:
            yield FieldProblem(place, "is not a keyword that is supported here")
        elif not _is_well_formed(keyword, value):
            yield FieldProblem(place, "has a value that the keyword cannot have")
        else:
            yield from _inner_problems(keyword, value, place)


def problems(schema: Schema, value: Any, at: str) -> Iterator[FieldProblem]:
    """Name every part of a value that does not fit, as a path that begins with `at`."""
    if isinstance(schema, bool):
        if not schema:
            yield FieldProblem(at, "is not allowed")
        return
    types = schema.get("type", TYPES)
    if not any(_is_a(value, each) for each in ([types] if isinstance(types, str) else types)):
        yield FieldProblem(at, f"must be {types if isinstance(types, str) else ' or '.join(types)}")
        return
    yield from _value_problems(schema, value, at)
    if isinstance(value, dict):
        yield from _object_problems(schema, value, at)
    elif isinstance(value, list):
        yield from _array_problems(schema, value, at)
    yield from _combined_problems(schema, value, at)


def _value_problems(schema: Mapping[str, Any], value: Any, at: str) -> Iterator[FieldProblem]:
    if "enum" in schema and not any(_same(value, each) for each in schema["enum"]):
        yield FieldProblem(at, "must be one of the values that are listed")
    if "const" in schema and not _same(value, schema["const"]):
        yield FieldProblem(at, "must be the one value that is allowed")
    if isinstance(value, str):
        yield from _count_problems(schema, len(value), "Length", "characters", at)
        if not _has_format(value, schema.get("format")):
            yield FieldProblem(at, f"must be a {schema['format']}")
    if _is_a(value, "number"):
        yield from _bound_problems(schema, value, at)


def _object_problems(
    schema: Mapping[str, Any], value: dict[str, Any], at: str
) -> Iterator[FieldProblem]:
    yield from _count_problems(schema, len(value), "Properties", "fields", at)
    for name in schema.get("required", ()):
        if name not in value:
            yield FieldProblem(f"{at}.{name}", "is required")
    known = schema.get("properties", {})
    for name, inner in value.items():
        yield from problems(
            known.get(name, schema.get("additionalProperties", True)), inner, f"{at}.{name}"
        )


def _array_problems(schema: Mapping[str, Any], value: list[Any], at: str) -> Iterator[FieldProblem]:
    yield from _count_problems(schema, len(value), "Items", "items", at)
    for place, inner in enumerate(value):
        yield from problems(schema.get("items", True), inner, f"{at}.{place}")


def _combined_problems(schema: Mapping[str, Any], value: Any, at: str) -> Iterator[FieldProblem]:
    def fits(each: Schema) -> bool:
        return next(problems(each, value, at), None) is None

    for each in schema.get("allOf", ()):
        yield from problems(each, value, at)
    if "anyOf" in schema and not any(map(fits, schema["anyOf"])):
        yield FieldProblem(at, "fits none of the alternatives")
    if "oneOf" in schema and sum(map(fits, schema["oneOf"])) != 1:
        yield FieldProblem(at, "must fit exactly one of the alternatives")
    if "not" in schema and fits(schema["not"]):
        yield FieldProblem(at, "is what it must not be")


def _count_problems(
    schema: Mapping[str, Any], count: int, of: str, what: str, at: str
) -> Iterator[FieldProblem]:
    least, most = schema.get(f"min{of}", 0), schema.get(f"max{of}", count)
    if count < least:
        yield FieldProblem(at, f"must have at least {least} {what}")
    if count > most:
        yield FieldProblem(at, f"must have at most {most} {what}")


def _bound_problems(schema: Mapping[str, Any], value: Any, at: str) -> Iterator[FieldProblem]:
    if "minimum" in schema and value < schema["minimum"]:
        yield FieldProblem(at, f"must be at least {schema['minimum']}")
    if "maximum" in schema and value > schema["maximum"]:
        yield FieldProblem(at, f"must be at most {schema['maximum']}")
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        yield FieldProblem(at, f"must be more than {schema['exclusiveMinimum']}")
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        yield FieldProblem(at, f"must be less than {schema['exclusiveMaximum']}")


def _inner_problems(keyword: str, value: Any, at: str) -> Iterator[FieldProblem]:
    if keyword == "properties":
        for name, inner in value.items():
            yield from schema_problems(inner, f"{at}.{name}")
    elif keyword in SEVERAL:
        for place, inner in enumerate(value):
            yield from schema_problems(inner, f"{at}.{place}")
    elif keyword in ("additionalProperties", "items", "not"):
        yield from schema_problems(value, at)


def _is_well_formed(keyword: str, value: Any) -> bool:
    if keyword in COUNTS:
        return _is_a(value, "integer") and value >= 0
    if keyword in BOUNDS:
        return _is_a(value, "number")
    if keyword in ("enum", "required", *SEVERAL):
        strings = keyword != "required" or all(isinstance(each, str) for each in value)
        return isinstance(value, list) and strings and (bool(value) or keyword == "required")
    if keyword == "type":
        types = [value] if isinstance(value, str) else value
        return isinstance(types, list) and bool(types) and all(each in TYPES for each in types)
    if keyword in ("format", "$schema", "$comment", "title", "description"):
        return isinstance(value, str)
    return keyword != "properties" or isinstance(value, Mapping)


def _is_a(value: Any, type: str) -> bool:
    match type:
        case "number":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case "integer":
            whole = not isinstance(value, Decimal) or value == value.to_integral_value()
            return _is_a(value, "number") and whole  # int(1E+999999) would take for ever
        case "null":
            return value is None
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool}
    return isinstance(value, kinds[type])  # what jsontext reads


def _has_format(text: str, format: str | None) -> bool:
    """Check dates and times; other formats say something to people only, as the standard has it."""
    try:
        if format == "date-time":
            parse_timestamp(text)
        elif format == "date":
            date.fromisoformat(text)
            return len(text) == len("2026-02-05")
    except ValueError:
        return False
    return True


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
