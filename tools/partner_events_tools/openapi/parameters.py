"""Parameters and headers: what is known of them by their name."""

from typing import Any

from partner_events.domain.endpoint import Format
from partner_events.domain.trigger import Status
from partner_events.http.endpoint import DEFAULT_LIMIT, MAX_LIMIT
from partner_events.http.idempotency import LONGEST

type Parameter = dict[str, Any]

COMPONENTS: dict[str, Parameter] = {
    "TeamId": {
        "name": "X-Team-ID",
        "in": "header",
        "description": "The team; if sent, it must be the key's.",
        "schema": {"type": "string"},
    },
    "RequiredTeamId": {
        "name": "X-Team-ID",
        "in": "header",
        "required": True,
        "description": "The team; it must be the key's.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": (
            "Makes a repeat harmless: the same key and the same body get the first answer again, "
            "for 30 days."
        ),
        "schema": {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST}}}$"},
    },
    "Signature": {
        "name": "X-Signature",
        "in": "header",
        "description": (
            "`t=<Unix seconds>,v1=<hex>`: the HMAC-SHA256 of `<t>.<body>` with the campaign's "
            "signing secret. Only for a campaign that requires it; no older than 5 minutes."
        ),
        "schema": {"type": "string"},
    },
    "Limit": {
        "name": "limit",
        "in": "query",
        "description": "How many to list at most.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "Where to go on: the `next_cursor` of the page before.",
        "schema": {"type": "string"},
    },
}
BY_QUERY = {"limit": "Limit", "cursor": "Cursor"}
BY_HEADER = {"idempotency-key": "IdempotencyKey", "x-signature": "Signature"}

# More than a name, where the code that reads the parameter cannot say it.
DESCRIBED: dict[tuple[str, str], dict[str, Any]] = {
    ("list_triggers", "status"): {"schema": {"type": "string", "enum": [*Status]}},
    ("*", "since"): {
        "description": "Only what is not older.",
        "schema": {"type": "string", "format": "date-time"},
    },
    ("*", "format"): {
        "description": "The envelope that the events are written in.",
        "schema": {"type": "string", "enum": [*Format], "default": "company"},
    },
    ("*", "types"): {
        "description": "Only these event types, separated by commas: `loan.*,matter.closed`."
    },
}
METADATA: Parameter = {
    "name": "metadata",
    "in": "query",
    "description": (
        "Any number of `metadata.<dotted.path>=value`: only events whose metadata has this there."
    ),
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"description": "Names this request to support.", "schema": {"type": "string"}},
    "X-RateLimit-Limit": {
        "description": "How many requests this window allows.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "When the next window begins, in Unix seconds.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {
        "description": "How many seconds to wait before trying again.",
        "schema": {"type": "integer"},
    },
    "Idempotency-Replayed": {
        "description": "`true` on the answer to an earlier request with this Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
RATE = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]


def query_parameter(operation: str, name: str) -> Parameter:
    if name in BY_QUERY:
        return {"$ref": f"#/components/parameters/{BY_QUERY[name]}"}
    said = DESCRIBED.get((operation, name), DESCRIBED.get(("*", name), {}))
    said = {"description": f"Only those with this {name.replace('_', ' ')}.", **said}
    return {"name": name, "in": "query", "schema": {"type": "string"}, **said}


def header_refs(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
