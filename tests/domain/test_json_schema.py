"""JSON Schemas of event types: what they say of data, and what they may not say."""

from decimal import Decimal

import jsonschema
import pytest

from partner_events.domain.catalogue import BUILTIN
from partner_events.domain.json_schema import problems, schema_problems

ORDER = {
    "type": "object",
    "required": ["id", "lines"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "state": {"enum": ["open", "paid", 1]},
        "lines": {"type": "array", "maxItems": 2, "items": {"type": ["number", "null"]}},
        "note": {"type": "string", "minLength": 2},
        "day": {"type": "string", "format": "date"},
    },
}


def blamed(schema, value):
    return [each.field for each in problems(schema, value, "data")]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ({"id": 1, "lines": []}, []),
        ({"id": Decimal("1.0"), "lines": [None, Decimal("9.90")], "state": 1}, []),
        ([], ["data"]),
        ({}, ["data.id", "data.lines"]),
        ({"id": True, "lines": []}, ["data.id"]),
        ({"id": Decimal("1.5"), "lines": []}, ["data.id"]),
        ({"id": 0, "lines": [], "state": "lost"}, ["data.id", "data.state"]),
        ({"id": 1, "lines": [], "state": True}, ["data.state"]),
        ({"id": 1, "lines": [1, "2", 3]}, ["data.lines", "data.lines.1"]),
        ({"id": 1, "lines": [], "more": 1}, ["data.more"]),
        ({"id": Decimal("1E+999999"), "lines": []}, []),
        ({"id": Decimal("-1E-999999"), "lines": []}, ["data.id"]),
        ({"id": 1, "lines": [], "note": "x", "day": "2026-2-5"}, ["data.note", "data.day"]),
    ],
)
def test_every_field_to_blame_is_named(value, fields):
    assert sorted(blamed(ORDER, value)) == sorted(fields)


@pytest.mark.parametrize("value", [0, 5, 10, "a", "abc", None, True, {}, [1, 1]])
@pytest.mark.parametrize(
    "schema",
    [
        True,
        False,
        {"anyOf": [{"type": "string", "maxLength": 2}, {"minimum": 5, "type": "integer"}]},
        {"oneOf": [{"type": "integer"}, {"maximum": 5, "type": ["integer", "null"]}]},
        {"allOf": [{"exclusiveMinimum": 0}, {"exclusiveMaximum": 10}]},
        {"not": {"type": "object"}},
        {"const": 1},
        {"const": [1, 1]},
        {"enum": [None, "a", {}]},
        {"minProperties": 1, "minItems": 3},
    ],
)
def test_a_verdict_is_that_of_the_library(schema, value):
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)

    assert (not blamed(schema, value)) == expected


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ({"pattern": "(a+)+$"}, "schema.pattern"),
        ({"patternProperties": {}}, "schema.patternProperties"),
        ({"$ref": "https://example.com/schema"}, "schema.$ref"),
        ({"properties": {"a": {"items": {"$ref": "#"}}}}, "schema.properties.a.items.$ref"),
        ({"anyOf": [{}, {"typ": "string"}]}, "schema.anyOf.1.typ"),
        ({"type": "text"}, "schema.type"),
        ({"type": [["string"]]}, "schema.type"),
        ({"required": [1]}, "schema.required"),
        ({"required": "id"}, "schema.required"),
        ({"enum": 1}, "schema.enum"),
        ({"minLength": -1}, "schema.minLength"),
        ({"minimum": "1"}, "schema.minimum"),
        ({"properties": []}, "schema.properties"),
        ({"properties": {"a": 1}}, "schema.properties.a"),
        ({"items": [{}]}, "schema.items"),
        ({"format": 1}, "schema.format"),
        ("string", "schema"),
    ],
)
def test_a_schema_that_cannot_be_checked_by_is_refused(schema, field):
    assert [each.field for each in schema_problems(schema)] == [field]


@pytest.mark.parametrize("name", BUILTIN)
def test_the_built_in_schemas_are_schemas(name):
    _, schema = BUILTIN[name]

    assert list(schema_problems(schema)) == []
    jsonschema.Draft202012Validator.check_schema(schema)
