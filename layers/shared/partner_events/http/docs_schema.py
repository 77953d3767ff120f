"""Schemas and examples of the OpenAPI document as HTML. Every text in it is escaped here."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

type Schema = Mapping[str, Any]

LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "matches {}",
    "default": "{} by default",
}


def code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def prose(text: str) -> str:
    """Write paragraphs, `code` and **strong** words, which is all the markdown that we use."""
    paragraphs = [_inline(part.strip()) for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{each}</p>" for each in paragraphs)


def _inline(text: str) -> str:
    parts = text.split("`")
    written = [
        f"<code>{escape(part)}</code>" if number % 2 else _strong(escape(part))
        for number, part in enumerate(parts)
    ]
    return "".join(written)


def _strong(escaped: str) -> str:
    parts = escaped.split("**")
    return "".join(
        f"<strong>{part}</strong>" if number % 2 else part for number, part in enumerate(parts)
    )


def fields(schema: Schema) -> str:
    """Write an object's fields as a table, or what else it is as a line."""
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if not properties:
        return f"<p>{kind(schema)}</p>"
    needed = schema.get("required", ())
    rows = (row(name, each, required=name in needed) for name, each in properties.items())
    return table(rows)


def table(rows: Iterable[str]) -> str:
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def row(name: str, schema: Schema, *, required: bool, where: str = "", about: str = "") -> str:
    must = " <strong>required</strong>" if required else ""
    said = prose(about or schema.get("description", ""))
    place = f' <span class="dim">{escape(where)}</span>' if where else ""
    return (
        f"<tr><td>{code(name)}{place}</td>"
        f"<td>{kind(schema)}{must}<span class='dim'>{_limits(schema)}</span>{said}</td></tr>"
    )


def kind(schema: Schema) -> str:
    """Say in a few words what a schema allows, with links to those that have names."""
    match schema:
        case {"$ref": reference}:
            name = escape(reference.rpartition("/")[2])
            return f'<a href="#schema-{name}">{name}</a>'
        case {"anyOf": options}:
            return " or ".join(kind(each) for each in options)
        case {"const": value}:
            return code(json.dumps(value))
        case {"enum": values}:
            return " | ".join(code(json.dumps(each)) for each in values)
        case {"type": "array"}:
            return f"list of {kind(schema.get('items', {}))}"
        case {"type": list(kinds)}:
            return escape(" or ".join(kinds))
        case {"type": name}:
            form = f" ({schema['format']})" if "format" in schema else ""
            return escape(f"{name}{form}")
    return "any value"


def _limits(schema: Schema) -> str:
    bounds = [schema, *schema.get("anyOf", [])]
    said = [
        text.format(json.dumps(each[name]) if name == "default" else each[name])
        for each in bounds
        for name, text in LIMITS.items()
        if name in each
    ]
    return escape("".join(f", {each}" for each in said))


def examples(content: Mapping[str, Any]) -> str:
    shown = {name: each["value"] for name, each in content.get("examples", {}).items()}
    if "example" in content:
        shown["example"] = content["example"]
    return "".join(
        f"<details><summary>{escape(name.replace('_', ' '))}</summary>{_block(value)}</details>"
        for name, value in shown.items()
    )


def _block(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"
