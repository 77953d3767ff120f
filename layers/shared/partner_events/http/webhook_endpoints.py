"""Webhook endpoints on the wire.

A secret is in the answer to its making and nowhere else, and of headers that look like
credentials the values are in no answer at all.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.endpoint import FILTER_SEES, Endpoint, Format
from partner_events.domain.endpoint_headers import (
    shown,
    wrong_name,
    wrong_together,
    wrong_value,
)
from partner_events.domain.endpoint_health import Disabled, Standing
from partner_events.domain.ordering import Ordering
from partner_events.domain.rules import Rule, parse_rule
from partner_events.domain.signature import is_secret
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.event_patterns import EventPatterns
from partner_events.http.webhook_ordering import (
    OrderingReply,
    OrderingRequest,
    ordering_reply,
)


def _secret(text: str) -> str:
    if not is_secret(text):
        raise ValueError("must be whsec_ and the base64 of 24 to 64 bytes")
    return text


def _header_name(name: str) -> str:
    wrong = wrong_name(name)
    if wrong:
        raise ValueError(wrong)
    return name


def _header_value(value: str) -> str:
    wrong = wrong_value(value)
    if wrong:
        raise ValueError(wrong)
    return value


def _headers(headers: dict[str, str]) -> dict[str, str]:
    wrong = wrong_together(headers)
    if wrong:
        raise ValueError(wrong)
    return headers


def _filter(rule: dict[str, Any]) -> dict[str, Any]:
    parse_rule(rule, at="filter", roots=FILTER_SEES)
    return rule


def _no_secret(_: Any) -> None:
    raise ValueError("is changed with rotate-secret")


type Url = Annotated[str, Field(max_length=2048)]
type RoleArn = Annotated[str, Field(max_length=2048)]
type Description = Annotated[str, Field(max_length=2000)]
type FormatName = Annotated[Format, Field(strict=False)]
type HeaderName = Annotated[str, AfterValidator(_header_name)]
type HeaderValue = Annotated[str, AfterValidator(_header_value)]
type Headers = Annotated[dict[HeaderName, HeaderValue], AfterValidator(_headers)]
type PerSecond = Annotated[int, Field(ge=1, le=1000)]
type AtOnce = Annotated[int, Field(ge=1, le=100)]
type TimeoutSeconds = Annotated[int, Field(ge=1, le=30)]
type Filter = Annotated[dict[str, Any], AfterValidator(_filter)]
type Secret = Annotated[str, AfterValidator(_secret)]


class CreateWebhookEndpointRequest(Body):
    """The url is https, or `sqs:` or `eventbridge:` with an ARN, which needs a `role_arn`."""

    url: Url
    event_types: EventPatterns
    format: FormatName = Format.STANDARD
    description: Description = ""
    active: bool = True
    headers: Headers = {}
    rate_per_second: PerSecond | None = None
    max_concurrency: AtOnce | None = None
    timeout_seconds: TimeoutSeconds = 15
    filter: Filter | None = None
    ordering: OrderingRequest | None = None
    role_arn: RoleArn | None = None
    secret: Secret | None = None


class ChangeWebhookEndpointRequest(Body):
    """What is sent changes; null takes a limit, the filter, the ordering or the role away."""

    url: Url = ""
    event_types: EventPatterns = []
    format: FormatName = Format.STANDARD
    description: Description = ""
    active: bool = True
    headers: Headers = {}
    rate_per_second: PerSecond | None = None
    max_concurrency: AtOnce | None = None
    timeout_seconds: TimeoutSeconds = 15
    filter: Filter | None = None
    ordering: OrderingRequest | None = None
    role_arn: RoleArn | None = None
    secret: Annotated[Any, AfterValidator(_no_secret)] = None


def settings_of(
    request: CreateWebhookEndpointRequest | ChangeWebhookEndpointRequest,
) -> Mapping[str, Any]:
    """Take what was sent, in the endpoint's own words; a secret is no setting."""
    sent = {name: getattr(request, name) for name in request.model_fields_set - {"secret"}}
    if "event_types" in sent:
        sent["event_types"] = tuple(dict.fromkeys(request.event_types))
    if "filter" in sent:
        sent["filter"] = None if request.filter is None else Rule(request.filter)
    if request.ordering is not None:
        sent["ordering"] = Ordering(**dict(request.ordering))
    return sent


class SecretReply(TypedDict):
    """When a signing secret was made, and when it signs no longer; never the secret."""

    created_at: str
    expires_at: str | None


class HealthReply(TypedDict):
    """`held` counts the deliveries that wait; `reason` says why it was disabled."""

    failing_since: str | None
    last_success_at: str | None
    held: int
    disabled_at: str | None
    reason: Disabled | None


class WebhookEndpointReply(TypedDict):
    id: str
    url: str
    event_types: list[str]
    format: Format
    description: str
    active: bool
    headers: dict[str, str]
    rate_per_second: int | None
    max_concurrency: int | None
    timeout_seconds: int
    filter: dict[str, Any] | None
    ordering: OrderingReply | None
    role_arn: str | None
    secrets: list[SecretReply]
    health: HealthReply
    created_at: str
    updated_at: str


class NewWebhookEndpointReply(WebhookEndpointReply):
    """Shows the signing secret, this once."""

    secret: str


def webhook_endpoint_reply(
    endpoint: Endpoint, standing: Standing | None = None, *, now: datetime
) -> WebhookEndpointReply:
    """Show an endpoint; one without a standing is new."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        "format": endpoint.format,
        "description": endpoint.description,
        "active": endpoint.active,
        "headers": shown(endpoint.headers),
        "rate_per_second": endpoint.rate_per_second,
        "max_concurrency": endpoint.max_concurrency,
        "timeout_seconds": endpoint.timeout_seconds,
        "filter": endpoint.filter.source if endpoint.filter else None,
        "ordering": ordering_reply(endpoint.ordering),
        "role_arn": endpoint.role_arn,
        "secrets": [
            {
                "created_at": format_timestamp(each.created_at),
                "expires_at": format_timestamp(each.expires_at) if each.expires_at else None,
            }
            for each in endpoint.live_secrets(now)
        ],
        "health": _health(standing),
        "created_at": format_timestamp(endpoint.created_at),
        "updated_at": format_timestamp(endpoint.updated_at or endpoint.created_at),
    }


def _health(standing: Standing | None) -> HealthReply:
    if standing is None:
        return {
            "failing_since": None,
            "last_success_at": None,
            "held": 0,
            "disabled_at": None,
            "reason": None,
        }
    known = standing.health
    return {
        "failing_since": _time(known.failing_since),
        "last_success_at": _time(known.last_success_at),
        "held": standing.held,
        "disabled_at": _time(known.disabled_at),
        "reason": known.reason,
    }


def _time(instant: datetime | None) -> str | None:
    return format_timestamp(instant) if instant else None
