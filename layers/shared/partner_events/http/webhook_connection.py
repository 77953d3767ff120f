"""A connection to one address, on which nothing can take longer than the deadline."""

import ssl
from collections.abc import Callable
from functools import cache
from socket import create_connection, socket
from threading import Lock
from types import TracebackType
from typing import Self

from partner_events.http.deadline import Deadline

type Connect = Callable[[str, int, float], socket]

CHUNK = 4096  # bytes per read: what one receiver can make us hold at once
_first_context = Lock()


def connect(address: str, port: int, timeout: float) -> socket:
    """Connect to an address, never to a name: nothing is resolved here."""
    return create_connection((address, port), timeout)


def verified_tls() -> ssl.SSLContext:
    """Return the one context of this process, made when it is first needed.

    Loading the certificate authorities costs 30 ms of CPU, and the first webhooks go out side
    by side: without the lock each of them would pay.
    """
    with _first_context:
        return _verified_tls()


@cache
def _verified_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Connection:
    """Every read and write gets only the time that is left, so drips cannot extend it."""

    def __init__(self, sock: socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sock.close()

    def encrypt(self, host: str, context: ssl.SSLContext) -> None:
        """Speak TLS from here on, with a peer whose certificate is for `host`."""
        self._limit()  # the handshake as a whole honours it
        self._sock = context.wrap_socket(self._sock, server_hostname=host)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._limit()
            rest = rest[self._sock.send(rest) :]

    def read(self) -> bytes:
        self._limit()
        return self._sock.recv(CHUNK)

    def _limit(self) -> None:
        self._sock.settimeout(self._deadline.remaining())
