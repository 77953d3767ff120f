"""The answers of a route that refuse: which statuses, in which words, in which body."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, get_type_hints

from partner_events.domain import errors
from partner_events.domain.errors import DomainError, FieldProblem
from partner_events.http.endpoint import MAX_BODY
from partner_events.http.errors import Dialect
from partner_events_tools.openapi.handlers import Handler
from partner_events_tools.openapi.parameters import RATE, header_refs
from partner_events_tools.openapi.schemas import Schemas

type Refusal = tuple[type[DomainError], str]

LARGEST = f"The body is larger than {MAX_BODY // 1024} KB"
REQUEST = "…"  # where an id of the request stands


def body_type(dialect: Dialect) -> Any:
    """Return the TypedDict that the dialect's errors are."""
    return get_type_hints(dialect.envelope)["return"]


def refusals(handler: Handler) -> dict[HTTPStatus, list[str]]:
    """Sort what a route may refuse by status, each with what it says."""
    found: dict[HTTPStatus, set[str]] = {}
    for kind, text in [*_of_every_route(handler), *handler.reached.errors]:
        said = handler.dialect.text_of(kind.__new__(kind, text))
        texts = found.setdefault(handler.status_of(kind), set())
        if said and not said.startswith("{") and not _of_another_request(said, handler):
            texts.add(said)
    found[HTTPStatus.INTERNAL_SERVER_ERROR] = {f"Internal error, request {REQUEST}"}
    return {status: sorted(texts) for status, texts in sorted(found.items())}


def _of_another_request(text: str, handler: Handler) -> bool:
    """Tell whether a message is about a field that requests of this route do not have."""
    subject = text.partition(" ")[0]
    fields = handler.model.model_fields if handler.model else {}
    return "_" in subject and subject not in {*fields, *handler.reached.query}


def _of_every_route(handler: Handler) -> Iterator[Refusal]:
    """Yield what `endpoint` and `public_endpoint` refuse before the handler runs."""
    yield errors.RateLimited, "Rate limit of 1000 requests per hour exceeded"
    if handler.model is not None:
        yield errors.InvalidInput, ""
        yield errors.InvalidJson, "The body is not a JSON object"
        yield errors.TooLarge, LARGEST
    if handler.reached.query:
        yield errors.InvalidInput, ""
    if not handler.public:
        yield errors.Unauthorized, "Unauthorized"
        yield errors.InvalidTeam, "Invalid team context"
        yield errors.InactiveKey, "Unauthorized"
    if handler.scope is not None:
        yield errors.MissingScope, f"This API key lacks the scope {handler.scope}"


def responses(handler: Handler, schemas: Schemas) -> dict[str, Any]:
    return {
        str(status.value): _response(handler, status, texts, schemas)
        for status, texts in refusals(handler).items()
    }


def _response(
    handler: Handler, status: HTTPStatus, texts: list[str], schemas: Schemas
) -> dict[str, Any]:
    schema = schemas.of(body_type(handler.dialect), "serialization")
    shown = texts or ([] if status is HTTPStatus.BAD_REQUEST else [status.phrase])
    content: dict[str, Any] = {"schema": schema}
    if shown:
        content["examples"] = {
            _name(text, number): {"value": handler.dialect.envelope(status, text, ())}
            for number, text in enumerate(shown, 1)
        }
    else:
        problem = [FieldProblem("name", "is required")]
        value = handler.dialect.envelope(status, "name is required", problem)
        content["examples"] = {"a_field_is_missing": {"value": value}}
    return {
        "description": status.phrase,
        "headers": _headers(handler, status),
        "content": {"application/json": content},
    }


def _headers(handler: Handler, status: HTTPStatus) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if not handler.public and status is not HTTPStatus.UNAUTHORIZED:
        names += RATE
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT):
        names += ["Retry-After"]
    return header_refs(*names)


def _name(text: str, number: int) -> str:
    words = "".join(each if each.isalnum() and each.isascii() else " " for each in text).split()
    return "_".join(words[:8]).lower() or f"example_{number}"
