"""One HTTP/1.1 request and its answer over an open connection.

The answer counts once its head is there. The body is read for its excerpt only, up to 64 KiB and
to the deadline: one that drips, breaks off or never ends does not turn a success into a failure.
"""

import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import h11

from partner_events.domain.webhook import RESERVED_HEADERS, WebhookRequest
from partner_events.http.webhook_connection import Connection
from partner_events.http.webhook_target import Target

USER_AGENT = "partner-events/0.1"
MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
MAX_INFORMATIONAL = 8  # answers of status 1xx before the real one
_TOO_LARGE = 431  # h11's hint that a head outgrew its limit


class HeadTooLarge(Exception):
    """The answer's headers did not end within 16 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    retry_after: str | None
    excerpt: bytes
    headers: Mapping[str, str]


class Exchange:
    def __init__(self, target: Target, request: WebhookRequest) -> None:
        """Write the request down; what cannot be a header is refused before we connect."""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self._received = 0
        self._keep = request.keep
        self._outgoing = self._serialized(
            h11.Request(
                method=request.method, target=target.path, headers=_headers(target, request)
            ),
            h11.Data(data=request.body),
            h11.EndOfMessage(),
        )

    def over(self, connection: Connection) -> Reply:
        with suppress(ConnectionError, ssl.SSLEOFError):
            connection.write(self._outgoing)  # hung up on us: perhaps after saying why
        head = self._head(connection)
        fields = {name.decode(): value.decode("latin-1") for name, value in head.headers}
        return Reply(
            status=head.status_code,
            retry_after=fields.get("retry-after"),
            excerpt=self._excerpt(connection),
            headers=fields,
        )

    def _serialized(self, *events: h11.Request | h11.Data | h11.EndOfMessage) -> bytes:
        return b"".join(self._http.send(event) or b"" for event in events)

    def _head(self, connection: Connection) -> h11.Response:
        for _ in range(MAX_INFORMATIONAL + 1):
            event = self._next_event(connection)
            if isinstance(event, h11.Response):
                return event
        raise h11.RemoteProtocolError("The receiver keeps sending informational answers")

    def _excerpt(self, connection: Connection) -> bytes:
        kept = b""
        last = self._received + MAX_BODY
        with suppress(OSError, h11.RemoteProtocolError, HeadTooLarge):
            while self._received < last:
                event = self._next_event(connection)
                if not isinstance(event, h11.Data):
                    break
                kept += event.data[: self._keep - len(kept)]
        return kept

    def _next_event(self, connection: Connection) -> h11.Event:
        try:
            while True:
                event = self._http.next_event()
                if isinstance(event, h11.Event):
                    return event
                self._http.receive_data(self._read(connection))
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == _TOO_LARGE:
                raise HeadTooLarge("The answer's headers are too large") from error
            raise

    def _read(self, connection: Connection) -> bytes:
        data = connection.read()
        self._received += len(data)
        return data


def _headers(target: Target, request: WebhookRequest) -> list[tuple[str, str]]:
    given = request.headers.items()
    return [
        ("Host", target.authority),
        *((name, value) for name, value in given if name.lower() not in RESERVED_HEADERS),
        ("Content-Length", str(len(request.body))),
        ("User-Agent", USER_AGENT),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]
