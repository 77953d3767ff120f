"""One webhook on the wire: what is sent, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from partner_events.domain.ids import derived

TIMEOUT = timedelta(seconds=15)
MAX_EXCERPT = 4096  # bytes of the answer that an attempt keeps
MAX_KEPT = 64 * 1024  # bytes of the answer that are kept for a step that saves some of it

LEADS_KEY, CONTACTS_KEY = "transaction_id", "contact_id"

# Set by the sender on every request; an endpoint's own headers never replace them.
RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)


class InvalidWebhookUrl(Exception):
    """A webhook may not be sent there. The message is written for the subscriber."""


class CloudKind(StrEnum):
    """What the url of a partner's own queue or event bus begins with: see `cloud_target`."""

    QUEUE = "sqs"
    BUS = "eventbridge"


class ErrorClass(StrEnum):
    """Why an attempt failed, as the subscriber sees it."""

    DNS = "dns"  # the host's name leads to no address
    BLOCKED = "blocked"  # the URL, or an address behind it, is not one we send to
    CONNECT = "connect"  # no connection could be made
    TLS = "tls"  # no encrypted connection, or not with the host it should be
    TIMEOUT = "timeout"  # no answer in time, whatever the time went on
    REDIRECT = "redirect"  # 3xx: never followed
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    TOO_LARGE = "too_large"  # the answer's headers never ended; or no queue or bus takes so much
    PROTOCOL = "protocol"  # connected, but what came back was no HTTP answer
    INTERNAL = "internal"  # our own fault: never counts against the subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a queue or event bus is told beside body and headers, and as whom we reach it.

    `group` is what a FIFO queue keeps in order.
    """

    role_arn: str
    external_id: str
    event_type: str
    occurred_at: datetime
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """Without a `posting` it goes to a url alone; see `cloud_target` for queues and buses."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    timeout: timedelta = TIMEOUT
    keep: int = MAX_EXCERPT  # bytes of the answer
    posting: Posting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What one attempt brought back: a status, an error class, or both (a 404, say)."""

    duration: timedelta
    status: int | None = None
    error: ErrorClass | None = None
    excerpt: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    retry_after: timedelta | None = None
    address: str | None = None  # where we connected, or tried to last

    @property
    def succeeded(self) -> bool:
        return self.error is None and self.status is not None and 200 <= self.status < 300


def is_cloud(url: str) -> bool:
    """Tell whether a url names a partner's queue or event bus, well or badly."""
    return url.partition(":")[0] in (CloudKind.QUEUE, CloudKind.BUS)


def never_fits(error: str | None, url: str) -> bool:
    """Tell whether the message was too large for a queue or event bus: it gets no smaller."""
    return error == ErrorClass.TOO_LARGE and is_cloud(url)


def group_of(data: object, endpoint: str) -> str:
    """Name what a FIFO queue keeps in order: a lead's events, a contact's, else all there are."""
    if isinstance(data, Mapping):
        for key in (LEADS_KEY, CONTACTS_KEY):
            value = data.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return derived(key, str(value))
    return endpoint
