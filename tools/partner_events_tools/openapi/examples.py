"""Examples: of requests the samples in `events/`, of replies the source documents' own.

Where no source document shows a reply, one is made of its schema: with the values of the
request's sample where they fit, else with such as the names of the fields call for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from partner_events.jsontext import loads
from partner_events_tools.openapi.schemas import REF, Schema
from partner_events_tools.template import ROOT

SAMPLES = ROOT / "events" / "api"
REPLIES = ROOT / "docs" / "replies"

AT = "2026-04-27T14:30:00.000Z"
ID = "01937b1e-6c00-7000-8000-000000007a11"
BY_NAME: Mapping[str, Any] = {
    "email": "john.doe@example.com",
    "phone": "+14155551234",
    "url": "https://example.com/hooks",
    "timezone": "Europe/Berlin",
    "cid": "cmp_9z8y7x6w",
    "pid": "src_abc123",
    "event_name": "user_signup",
    "event_id": "sale_completed",
    "transaction_id": "txn_7f3a2b1c-4d56-78ef-9012-abcdef123456",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "signing_secret": "pbs_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "key": "sk_test_LocalStackOnlyKeyThatNobodyElseAcceptsEver01e12be",
    "status_code": 200,
    "duration_ms": 84,
    "version": 1,
    "attempt": 1,
    "has_more": False,
    "next_cursor": None,
    "failure_reason": None,
    "error": None,
    "job_id": "12345",
    "details_endpoint": f"/triggers/{ID}/workflow",
    "message": "Event queued successfully",
    "workflow": "welcome",
    "current_step": "tell_crm",
    "description": "",
    "response_body": "ok",
    "company_id": 1,
    "requests_per_hour": 1000,
    "requests": {"events": 12, "api": 3},
    "createdUtc": "2026-04-27T14:30:00Z",
    "schema": None,
    "ordering": {"by": "contact", "policy": "block", "skip_after": None},
    "role_arn": None,
}
BY_FORMAT = {"date-time": AT, "uuid": ID, "email": "john.doe@example.com"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What a developer gives to `sam local invoke`."""

    name: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


def samples(operation: str) -> list[Sample]:
    single = SAMPLES / f"{operation}.json"
    paths = [single] if single.is_file() else sorted((SAMPLES / operation).glob("*.json"))
    return [_sample(path) for path in paths]


def _sample(path: Path) -> Sample:
    event = loads(path.read_text())
    return Sample(
        name=path.stem,
        path=event.get("pathParameters", {}),
        query=event.get("queryStringParameters", {}),
        headers=event.get("headers", {}),
        body=loads(event["body"]) if event.get("body") else None,
    )


def replies(operation: str, status: int) -> dict[str, Any]:
    """Find the replies that a source document shows: `<status>.json`, `<status>.<name>.json`."""
    return {
        path.stem.partition(".")[2] or "documented": loads(path.read_text())
        for path in sorted((REPLIES / operation).glob(f"{status}*.json"))
    }


class Maker:
    """Makes an example of a schema. `like` is what is known of the thing that it shows."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components

    def make(self, schema: Schema, like: Mapping[str, Any], name: str = "") -> Any:
        schema = self._resolved(schema)
        for known in (like, BY_NAME):
            if name in known and self._fits(known[name], schema):
                return known[name]
        if "anyOf" in schema:
            return self.make(schema["anyOf"][0], like, name)
        return self._of_type(schema, like, name)

    def _of_type(self, schema: Schema, like: Mapping[str, Any], name: str) -> Any:
        match schema:
            case {"const": value} | {"enum": [value, *_]} | {"default": value}:
                return value
            case {"type": "object", "properties": properties}:
                known = like.get(name)
                inner = known if isinstance(known, dict) else like
                made = {each: self.make(what, inner, each) for each, what in properties.items()}
                needed = schema.get("required", [])
                return {each: value for each, value in made.items() if each in needed}
            case {"type": "object"}:
                return {}
            case {"type": "array"}:
                return [self.make(schema.get("items", {}), like, name.removesuffix("s"))]
            case {"type": "string", "format": form} if form in BY_FORMAT:
                return BY_FORMAT[form]
            case {"type": "string"}:
                return _id(name)
            case {"type": "boolean"}:
                return True
            case {"type": "integer" | "number"}:
                return schema.get("minimum", 1)
        return None

    def _resolved(self, schema: Schema) -> Schema:
        name = str(schema.get("$ref", "")).removeprefix(REF)
        return self._components[name] if name else schema

    def _fits(self, value: Any, schema: Schema) -> bool:
        whole = {**schema, "components": {"schemas": self._components}}
        return bool(Validator(whole).is_valid(value))


def _is_number(_: Any, value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


# Numbers with a fraction are Decimal here, so that an example is written as it came (D-2).
Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number),
)


def _id(name: str) -> str:
    return ID if name == "id" or name.endswith("_id") else name.replace("_", " ") or "text"
