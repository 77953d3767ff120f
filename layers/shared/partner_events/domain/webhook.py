"""One webhook on the wire: what is sent, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

TIMEOUT = timedelta(seconds=15)
MAX_EXCERPT = 4096  # bytes of the answer that an attempt keeps
MAX_KEPT = 64 * 1024  # bytes of the answer that are kept for a step that saves some of it

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
    TOO_LARGE = "too_large"  # the answer's headers never ended
    PROTOCOL = "protocol"  # connected, but what came back was no HTTP answer
    INTERNAL = "internal"  # our own fault: never counts against the subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    timeout: timedelta = TIMEOUT
    keep: int = MAX_EXCERPT  # bytes of the answer


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
