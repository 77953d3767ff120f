"""The OpenAPI document as a page for people: searchable, and whole in itself."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any

from partner_events.http.docs_assets import SCRIPT, STYLE
from partner_events.http.docs_schema import code, examples, fields, prose, row, table

type Document = Mapping[str, Any]


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


# Nothing runs or loads but the style and the script of this very page.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


def page(document: Document) -> str:
    info = document["info"]
    title = escape(info["title"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title} API</title><style>{STYLE}</style></head><body>"
        f"<nav><input type='search' placeholder='Search ( / )' aria-label='Search'>"
        f"{''.join(_contents(document))}</nav>"
        f"<main><h1>{title}</h1><p class='dim'>Version {escape(info['version'])}, "
        f"<a href='openapi.json'>openapi.json</a></p>{prose(info['description'])}"
        f"{''.join(_resources(document))}{_schemas(document)}</main>"
        f"<script>{SCRIPT}</script></body></html>"
    )


class _Operation:
    def __init__(self, document: Document, path: str, method: str, said: Document) -> None:
        self.document = document
        self.path = path
        self.method = method
        self.said = said
        self.tag: str = said["tags"][0]
        self.id = f"operation-{escape(said['operationId'])}"

    @property
    def find(self) -> str:
        """What a search looks at."""
        words = (self.method, self.path, self.tag, self.said["operationId"], self.said["summary"])
        return f'data-find="{escape(" ".join(words).lower())}"'

    @property
    def head(self) -> str:
        method = escape(self.method)
        return f'<span class="method {method}">{method}</span>'

    def resolved(self, node: Document) -> Document:
        found: Any = self.document if "$ref" in node else node
        for part in node.get("$ref", "").removeprefix("#/").split("/"):
            found = found[part] if part else found
        return found  # type: ignore[no-any-return]


def _operations(document: Document) -> Iterator[_Operation]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield _Operation(document, path, method, said)


def _by_tag(document: Document) -> Iterator[tuple[Document, list[_Operation]]]:
    operations = list(_operations(document))
    for tag in document["tags"]:
        yield tag, [each for each in operations if each.tag == tag["name"]]


def _contents(document: Document) -> Iterator[str]:
    for tag, operations in _by_tag(document):
        links = "".join(
            f'<li {each.find}><a href="#{each.id}">{each.head}{escape(each.path)}</a></li>'
            for each in operations
        )
        yield f"<div data-group><h2>{escape(tag['name'])}</h2><ul>{links}</ul></div>"


def _resources(document: Document) -> Iterator[str]:
    for tag, operations in _by_tag(document):
        shown = "".join(map(_operation, operations))
        head = f"<h2>{escape(tag['name'].capitalize())}</h2>{prose(tag['description'])}"
        yield f"<section data-group>{head}{shown}</section>"


def _operation(each: _Operation) -> str:
    said = each.said
    return (
        f'<article {each.find} id="{each.id}">'
        f"<h3>{each.head}{code(each.path)}</h3>"
        f"{prose(said['summary'] + '.')}{prose(said.get('description', ''))}"
        f"{_parameters(each)}{_request(each)}{''.join(_responses(each))}</article>"
    )


def _parameters(each: _Operation) -> str:
    found = [each.resolved(parameter) for parameter in each.said.get("parameters", [])]
    rows = (
        row(
            parameter["name"],
            parameter["schema"],
            required=parameter.get("required", False),
            where=parameter["in"],
            about=parameter.get("description", ""),
        )
        for parameter in found
    )
    return f"<h4>Parameters</h4>{table(rows)}" if found else ""


def _request(each: _Operation) -> str:
    if "requestBody" not in each.said:
        return ""
    content = each.said["requestBody"]["content"]["application/json"]
    return f"<h4>Body</h4>{fields(each.resolved(content['schema']))}{examples(content)}"


def _responses(each: _Operation) -> Iterator[str]:
    yield "<h4>Answers</h4>"
    for status, node in each.said["responses"].items():
        response = each.resolved(node)
        shown = "".join(
            fields(each.resolved(content["schema"])) + examples(content)
            for content in response.get("content", {}).values()
        )
        head = f"<strong>{escape(status)}</strong> {escape(response['description'])}"
        yield f"<details><summary>{head}</summary>{shown or '<p>No body.</p>'}</details>"


def _schemas(document: Document) -> str:
    shown = "".join(
        f'<article data-find="{escape(name.lower())}" id="schema-{escape(name)}">'
        f"<h3>{escape(name)}</h3>{prose(schema.get('description', ''))}{fields(schema)}</article>"
        for name, schema in document["components"]["schemas"].items()
    )
    return f"<section data-group><h2>Schemas</h2>{shown}</section>"
