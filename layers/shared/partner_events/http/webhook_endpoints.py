"""Webhook endpoints on the wire. A secret is in the answer to its creation and nowhere else."""

from typing import Annotated, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.endpoint import Endpoint, Format
from partner_events.domain.event import is_event_name
from partner_events.domain.signature import is_secret
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body


def _pattern(text: str) -> str:
    if text != "*" and not is_event_name(text.removesuffix(".*")):
        raise ValueError('must be an event name, a prefix with a trailing ".*", or "*"')
    return text


def _secret(text: str) -> str:
    if not is_secret(text):
        raise ValueError("must be whsec_ and the base64 of 24 to 64 bytes")
    return text


type EventPattern = Annotated[str, AfterValidator(_pattern)]


class CreateWebhookEndpointRequest(Body):
    url: Annotated[str, Field(max_length=2048)]
    event_types: Annotated[list[EventPattern], Field(min_length=1, max_length=50)]
    format: Annotated[Format, Field(strict=False)] = Format.STANDARD
    description: Annotated[str, Field(max_length=2000)] = ""
    active: bool = True
    secret: Annotated[str, AfterValidator(_secret)] | None = None


class WebhookEndpointReply(TypedDict):
    id: str
    url: str
    event_types: list[str]
    format: Format
    description: str
    active: bool
    created_at: str


class NewWebhookEndpointReply(WebhookEndpointReply):
    secret: str


def webhook_endpoint_reply(endpoint: Endpoint) -> WebhookEndpointReply:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        "format": endpoint.format,
        "description": endpoint.description,
        "active": endpoint.active,
        "created_at": format_timestamp(endpoint.created_at),
    }
