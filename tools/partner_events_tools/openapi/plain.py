"""The routes whose handlers wear no decorator: too small, or no JSON API at all."""

from typing import Any

from partner_events import VERSION
from partner_events.http import preflight

type Operation = dict[str, Any]

HEALTH = {
    "type": "object",
    "properties": {"status": {"const": "ok"}, "version": {"type": "string"}},
    "required": ["status", "version"],
}
CACHED = {
    "ETag": {"description": "Names this version of it.", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "How long it need not be asked for again.",
        "schema": {"type": "string"},
    },
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of what is known already.",
    "schema": {"type": "string"},
}


def _reply(description: str, kind: str, schema: Any, example: Any, **more: Any) -> dict[str, Any]:
    return {
        "description": description,
        **more,
        "content": {kind: {"schema": schema, "example": example}},
    }


def _cached(description: str, kind: str, schema: Any, example: Any) -> Operation:
    return {
        "parameters": [IF_NONE_MATCH],
        "responses": {
            "200": _reply(description, kind, schema, example, headers=CACHED),
            "304": {"description": "It is still what the `If-None-Match` names", "headers": CACHED},
        },
    }


def _page(description: str) -> Operation:
    page = {"type": "string"}
    example = "<!doctype html><title>Unsubscribe</title>"
    return {
        "responses": {
            "200": _reply(description, "text/html", page, example),
            "404": _reply("The link is none of ours", "text/html", page, example),
        }
    }


PREFLIGHT: Operation = {
    "responses": {
        "204": {
            "description": "Any page may call this route",
            "headers": {
                name: {"schema": {"type": "string"}, "example": value}
                for name, value in preflight.PREFLIGHT.items()
            },
        }
    }
}
PLAIN: dict[str, Operation] = {
    "get_health": {
        "responses": {
            "200": _reply(
                "The API answers", "application/json", HEALTH, {"status": "ok", "version": VERSION}
            )
        }
    },
    "get_openapi": _cached(
        "The OpenAPI document",
        "application/json",
        {"type": "object", "required": ["openapi", "info", "paths"]},
        {"openapi": "3.1.0", "info": {"title": "Partner Events", "version": VERSION}, "paths": {}},
    ),
    "get_docs": _cached(
        "A page for people",
        "text/html",
        {"type": "string"},
        "<!doctype html><title>Partner Events</title>",
    ),
    "show_unsubscribe": _page("Whether the address shall get no more marketing e-mail"),
    "unsubscribe": _page("The address gets no more marketing e-mail"),
    "answer_preflight": PREFLIGHT,
}
