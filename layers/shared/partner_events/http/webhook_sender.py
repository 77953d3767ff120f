"""Send one webhook, and come back in time with what happened, whatever is on the other end."""

import errno
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import h11

from partner_events.domain.webhook import (
    ErrorClass,
    InvalidWebhookUrl,
    WebhookAnswer,
    WebhookRequest,
)
from partner_events.http.deadline import Deadline
from partner_events.http.retry_after import parse_retry_after
from partner_events.http.webhook_addresses import Addresses, Resolve, resolve
from partner_events.http.webhook_connection import Connect, Connection, connect, verified_tls
from partner_events.http.webhook_exchange import Exchange, HeadTooLarge, Reply
from partner_events.http.webhook_target import Target

MAX_ADDRESSES_TRIED = 4  # so that each gets a useful share of the time
CHECK_TIMEOUT = timedelta(seconds=5)

# What means the same at every step; any other OSError is named after the step it ended.
ERROR_OF: Mapping[type[Exception], ErrorClass] = {
    InvalidWebhookUrl: ErrorClass.BLOCKED,
    TimeoutError: ErrorClass.TIMEOUT,
    ssl.SSLError: ErrorClass.TLS,
    HeadTooLarge: ErrorClass.TOO_LARGE,
    h11.RemoteProtocolError: ErrorClass.PROTOCOL,
    h11.LocalProtocolError: ErrorClass.INTERNAL,  # a header that cannot be sent
    UnicodeError: ErrorClass.INTERNAL,  # the same, outside of ASCII
}
ERROR_OF_STATUS: Mapping[int, ErrorClass | None] = {
    2: None,
    3: ErrorClass.REDIRECT,
    4: ErrorClass.HTTP_4XX,
    5: ErrorClass.HTTP_5XX,
}
_OUT_OF_RESOURCES = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        socket.EAI_MEMORY,
        socket.EAI_SYSTEM,
    }
)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Attempt:
    """How far an attempt has come, for the answer it gets should it fail."""

    deadline: Deadline
    step: ErrorClass = ErrorClass.DNS
    address: str | None = None

    def error_class(self, error: Exception) -> ErrorClass:
        if isinstance(error, OSError) and error.errno in _OUT_OF_RESOURCES:
            return ErrorClass.INTERNAL
        return next((ERROR_OF[kind] for kind in type(error).__mro__ if kind in ERROR_OF), self.step)


class HttpWebhookSender:
    """Safe to share between threads; what it holds, it never changes."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = resolve,
        connect: Connect = connect,
        tls: Callable[[], ssl.SSLContext] = verified_tls,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._allow_private = allow_private
        self._addresses = Addresses(resolve, allow_private=allow_private)
        self._connect = connect
        self._tls = tls
        self._clock = clock

    def check(self, url: str, *, timeout: timedelta = CHECK_TIMEOUT) -> None:
        """Raise `InvalidWebhookUrl` if a webhook sent there now would be held back.

        A name that does not resolve yet is no reason: it may, and every attempt vets it anew.
        """
        target = Target.parse(url, allow_private=self._allow_private)
        with suppress(OSError):
            self._addresses.vetted(target, Deadline(timeout))

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        """Make one attempt; nothing that the network or the receiver does raises.

        Redirects are not followed and no proxy is asked: the address that was vetted is the
        only one spoken to. An answer whose head comes in time counts, however its body goes on.
        """
        attempt = _Attempt(Deadline(request.timeout))
        try:
            reply = self._deliver(request, attempt)
        except (OSError, h11.ProtocolError, HeadTooLarge, InvalidWebhookUrl, UnicodeError) as error:
            return WebhookAnswer(
                error=attempt.error_class(error),
                duration=attempt.deadline.elapsed,
                address=attempt.address,
            )
        return self._answer(reply, attempt)

    def _deliver(self, request: WebhookRequest, attempt: _Attempt) -> Reply:
        target = Target.parse(request.url, allow_private=self._allow_private)
        exchange = Exchange(target, request)
        addresses = self._addresses.vetted(target, attempt.deadline)
        with Connection(self._open(addresses, target, attempt), attempt.deadline) as connection:
            if target.encrypted:
                attempt.step = ErrorClass.TLS
                connection.encrypt(target.host, self._tls())
            attempt.step = ErrorClass.PROTOCOL
            return exchange.over(connection)

    def _open(self, addresses: Sequence[str], target: Target, attempt: _Attempt) -> socket.socket:
        """Connect to the first address that answers; each gets its share of the time left."""
        attempt.step = ErrorClass.CONNECT
        failure = OSError("No address to connect to")
        tried = addresses[:MAX_ADDRESSES_TRIED]
        for place, address in enumerate(tried):
            attempt.address = address
            share = attempt.deadline.remaining() / (len(tried) - place)
            try:
                return self._connect(address, target.port, share)
            except OSError as error:
                failure = error
        raise failure

    def _answer(self, reply: Reply, attempt: _Attempt) -> WebhookAnswer:
        return WebhookAnswer(
            status=reply.status,
            error=ERROR_OF_STATUS.get(reply.status // 100, ErrorClass.PROTOCOL),
            duration=attempt.deadline.elapsed,
            excerpt=reply.excerpt,
            headers=reply.headers,
            retry_after=parse_retry_after(reply.retry_after, now=self._clock()),
            address=attempt.address,
        )
