"""JSON Schemas of the request models and the reply types, in the document's components."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from partner_events.http.lists import ListReply

REF = "#/components/schemas/"
INSTANTS = re.compile(r"\w+_at|since|until|scheduled_for|createdUtc|timestamp")

type Schema = dict[str, Any]
type Mode = Literal["validation", "serialization"]


class _Generator(GenerateJsonSchema):
    def decimal_schema(self, schema: core_schema.DecimalSchema) -> Schema:  # noqa: ARG002
        return {"type": "number"}  # its digits are those of the JSON text (D-2)


class Schemas:
    """Collects types, and then tells the schema of each; models become components."""

    def __init__(self, types: Mapping[Any, Mode]) -> None:
        wanted = [(each, mode, TypeAdapter(each)) for each, mode in types.items()]
        found, rest = TypeAdapter.json_schemas(
            wanted, ref_template=REF + "{model}", schema_generator=_Generator
        )
        definitions: dict[str, Schema] = rest.get("$defs", {})
        models = {name: each for name, each in definitions.items() if _is_component(name, each)}
        self._aliases = {name: each for name, each in definitions.items() if name not in models}
        self._renamed = dict(_short_names(models))
        self.components = {
            self._renamed[name]: self._tidy(each)
            for name, each in sorted(models.items(), key=lambda item: self._renamed[item[0]])
        }
        self._of = {key: self._tidy(schema) for key, schema in found.items()}

    def of(self, kind: Any, mode: Mode) -> Schema:
        schema: Schema = self._of[kind, mode]
        return schema

    def component(self, model: Any) -> Schema:
        """Find the schema of a request's model, which every use of it refers to."""
        found: Schema = self.components[self.of(model, "validation")["$ref"].removeprefix(REF)]
        return found

    def _tidy(self, node: Any) -> Any:
        """Write aliases out where they are used, and leave out the titles that nobody wrote."""
        if isinstance(node, list):
            return [self._tidy(each) for each in node]
        if not isinstance(node, dict):
            return node
        name = str(node.get("$ref", "")).removeprefix(REF)
        if name in self._aliases:
            return self._tidy({**self._aliases[name], **_others(node)})
        if name:
            return {"$ref": REF + self._renamed[name], **_others(node)}
        tidy = {key: self._tidy(each) for key, each in node.items() if not _says_nothing(key, each)}
        if isinstance(node.get("properties"), dict):
            tidy["properties"] = {
                key: _dated(key, self._tidy(each)) for key, each in node["properties"].items()
            }
        return _one_number(tidy)


def _says_nothing(key: str, value: Any) -> bool:
    return key == "title" or (key == "default" and value is None)


def types_within(kind: Any) -> Iterator[Any]:
    """Yield the types that a reply's schema is made of."""
    yield get_args(kind)[1] if get_origin(kind) is ListReply else kind


def reply_schema(kind: Any, schemas: Schemas) -> Schema:
    if get_origin(kind) is not ListReply:
        return schemas.of(kind, "serialization")
    plural, shown = get_args(kind)
    (name,) = get_args(plural)
    properties = {
        name: {"type": "array", "items": schemas.of(shown, "serialization")},
        "next_cursor": {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "description": "Continues the list; null at its end.",
        },
        "has_more": {"type": "boolean"},
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


def _is_component(name: str, schema: Schema) -> bool:
    """Tell models, and what is made of itself: it cannot be written out where it is used."""
    is_model = schema.get("type") == "object" and "properties" in schema
    return is_model or f"'{REF}{name}'" in str(schema)


def _short_names(models: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    """A long name tells apart what has one name; most need not be told apart from any other."""
    short = [name.rpartition("__")[2] for name in models]
    for name in models:
        last = name.rpartition("__")[2]
        unique = short.count(last) == 1
        yield name, last if unique else "".join(map(_camel, name.split("__")[-2:]))


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _others(node: Schema) -> Schema:
    return {key: each for key, each in node.items() if key != "$ref"}


def _dated(name: str, schema: Schema) -> Schema:
    """Say that a text is a time, which its name says."""
    for each in [schema, *schema.get("anyOf", [])]:
        if INSTANTS.fullmatch(name) and each.get("type") == "string":
            each.setdefault("format", "date-time")
    return schema


def _one_number(schema: Schema) -> Schema:
    """Write `number` for what is an integer or a decimal number."""
    kinds = schema.get("anyOf")
    if not isinstance(kinds, list) or {"type": "number"} not in kinds:
        return schema
    kinds = [each for each in kinds if each != {"type": "integer"}]
    return {**_without(schema), **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})}


def _without(schema: Schema) -> Schema:
    return {key: each for key, each in schema.items() if key != "anyOf"}
