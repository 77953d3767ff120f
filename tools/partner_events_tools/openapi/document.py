"""The OpenAPI document, put together from routes, handlers, types and samples."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import NoneType
from typing import Any

from partner_events import VERSION
from partner_events_tools.openapi import errors, examples
from partner_events_tools.openapi.description import DESCRIPTION, TAGS
from partner_events_tools.openapi.examples import Maker, Sample, samples
from partner_events_tools.openapi.handlers import Handler, read_handler
from partner_events_tools.openapi.parameters import (
    BY_HEADER,
    COMPONENTS,
    HEADERS,
    METADATA,
    RATE,
    header_refs,
    query_parameter,
)
from partner_events_tools.openapi.plain import PLAIN
from partner_events_tools.openapi.responses import share_responses
from partner_events_tools.openapi.routes import Route, routes, siblings
from partner_events_tools.openapi.schemas import Schemas, reply_schema, types_within

type Operation = dict[str, Any]


def document() -> dict[str, Any]:
    found = routes()
    handlers = {folder: read_handler(folder) for folder in {route.folder for route in found}}
    schemas = Schemas(dict(_types(each for each in handlers.values() if each)))
    for route in found:
        _forget_defaults(route, handlers[route.folder], schemas)
    maker = Maker(schemas.components)
    paths: dict[str, dict[str, Operation]] = {}
    for route in found:
        handler = handlers[route.folder]
        operation = _documented(route, handler, schemas, maker) if handler else _plain(route)
        paths.setdefault(route.path, {})[route.method] = operation
    responses = share_responses(paths)
    used = {route.tag for route in found}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Partner Events", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"ApiKey": []}],
        "tags": [{"name": tag, "description": TAGS.get(tag, "")} for tag in sorted(used)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "parameters": COMPONENTS,
            "headers": HEADERS,
            "responses": responses,
            "securitySchemes": {
                "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _types(handlers: Iterable[Handler]) -> Iterable[tuple[Any, Any]]:
    for handler in handlers:
        yield from ((kind, "serialization") for kind in types_within(handler.reply))
        yield errors.body_type(handler.dialect), "serialization"
        if handler.model is not None:
            yield handler.model, "validation"


def _forget_defaults(route: Route, handler: Handler | None, schemas: Schemas) -> None:
    """What a PATCH does not name stays as it is, whatever the model has for it."""
    if route.method == "patch" and handler is not None and handler.model is not None:
        for field in schemas.component(handler.model)["properties"].values():
            field.pop("default", None)


def _head(route: Route) -> Operation:
    return {"operationId": route.operation, "tags": [route.tag], "summary": route.summary}


def _plain(route: Route) -> Operation:
    said = PLAIN[route.folder.name]
    known = [each for sibling in siblings(route) for each in samples(sibling.operation)]
    parameters = [*_path_parameters(route, known), *said.get("parameters", [])]
    extra = {"parameters": parameters} if parameters else {}
    return {**_head(route), "security": [], **said, **extra}


def _documented(route: Route, handler: Handler, schemas: Schemas, maker: Maker) -> Operation:
    known = samples(route.operation)
    operation = {**_head(route), "description": _description(handler)}
    if handler.public:
        operation["security"] = []
    elif handler.scope is not None:
        operation["security"] = [{"ApiKey": [handler.scope.value]}]
    operation["parameters"] = _parameters(route, handler, known)
    if handler.model is not None:
        operation["requestBody"] = _request_body(handler, known, schemas)
    operation["responses"] = {
        **{
            str(status.value): _success(route, handler, status, schemas, maker, known)
            for status in handler.successes
        },
        **errors.responses(handler, schemas),
    }
    return {key: value for key, value in operation.items() if value not in ("", [])} | (
        {"security": []} if handler.public else {}
    )


def _description(handler: Handler) -> str:
    if handler.public:
        return "Needs no key."
    return f"Needs the scope `{handler.scope}`." if handler.scope else "Any key may."


def _parameters(route: Route, handler: Handler, known: list[Sample]) -> list[Operation]:
    headers = [BY_HEADER[each] for each in sorted(handler.reached.headers) if each in BY_HEADER]
    if not handler.public:
        headers.append("RequiredTeamId" if handler.team_required else "TeamId")
    elif HTTPStatus.UNAUTHORIZED in errors.refusals(handler):
        headers.append("Signature")
    query = [query_parameter(route.operation, each) for each in sorted(handler.reached.query)]
    if "types" in handler.reached.query:
        query.append(METADATA)
    return [
        *_path_parameters(route, known),
        *query,
        *({"$ref": f"#/components/parameters/{name}"} for name in headers),
    ]


def _path_parameters(route: Route, known: list[Sample]) -> list[Operation]:
    given: Mapping[str, str] = known[0].path if known else {}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            **({"example": given[name]} if name in given else {}),
        }
        for name in route.parameters
    ]


def _request_body(handler: Handler, known: list[Sample], schemas: Schemas) -> Operation:
    shown = {each.name: {"value": each.body} for each in known if each.body is not None}
    schema = schemas.of(handler.model, "validation")
    return {
        "required": True,
        "content": {"application/json": {"schema": schema, "examples": shown}},
    }


def _success(
    route: Route,
    handler: Handler,
    status: HTTPStatus,
    schemas: Schemas,
    maker: Maker,
    known: list[Sample],
) -> Operation:
    names = ["X-Request-Id", *([] if handler.public else RATE)]
    if "idempotency-key" in handler.reached.headers:
        names.append("Idempotency-Replayed")
    reply: Operation = {"description": status.phrase, "headers": header_refs(*names)}
    if handler.reply is NoneType:
        return reply
    schema = reply_schema(handler.reply, schemas)
    shown = examples.replies(route.operation, status)
    if not shown:
        shown = {"example": maker.make(schema, _like(known))}
    content = {
        "schema": schema,
        "examples": {name: {"value": value} for name, value in shown.items()},
    }
    return {**reply, "content": {"application/json": content}}


def _like(known: list[Sample]) -> dict[str, Any]:
    if not known:
        return {}
    body = known[0].body if isinstance(known[0].body, dict) else {}
    return {**known[0].path, **body}
