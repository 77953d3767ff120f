"""A receiver on this machine that misbehaves as it is told to.

A behaviour is a function of one `Visit`, run in a thread of its own; it ends when the visitor
hangs up or the receiver closes, so no test waits longer than it wants to.
"""

import socket
import ssl
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from threading import Event, Thread

import trustme

LONGEST = 5.0  # seconds before a behaviour gives up by itself


@cache
def authority() -> trustme.CA:
    """A certificate authority that nobody but `client_tls` has heard of."""
    return trustme.CA()


@cache
def server_tls(*names: str, not_after: datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*names, not_after=not_after).configure_cert(context)
    return context


@cache
def client_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


class Visit:
    """One connection, as the receiver sees it."""

    def __init__(self, sock: socket.socket, receiver: "EvilReceiver") -> None:
        self._sock = sock
        self._receiver = receiver

    def encrypt(self, context: ssl.SSLContext) -> None:
        self._sock = context.wrap_socket(self._sock, server_side=True)

    def read_request(self) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.read()
        head, _, body = request.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.read()
        self._receiver.requests.append(head + b"\r\n\r\n" + body)

    def read(self) -> bytes:
        data = self._sock.recv(65536)
        if not data:
            raise ConnectionError("The visitor has left")
        return data

    def say(self, data: bytes) -> None:
        self._sock.sendall(data)

    def linger(self, seconds: float = LONGEST) -> bool:
        """Do nothing for a while; True if the receiver closed meanwhile."""
        return self._receiver.closed.wait(seconds)

    def reset(self) -> None:
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._sock.close()


type Behaviour = Callable[[Visit], None]


class EvilReceiver:
    def __init__(self, behave: Behaviour, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.visits = 0
        self.closed = Event()
        self._behave = behave
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._listener.settimeout(0.02)  # how often `close` is noticed
        self._threads = [Thread(target=self._listen, daemon=True)]

    def __enter__(self) -> "EvilReceiver":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        for thread in self._threads:
            thread.join(LONGEST)
        self._listener.close()

    def _listen(self) -> None:
        while not self.closed.is_set():
            with suppress(TimeoutError):
                sock, _ = self._listener.accept()
                self.visits += 1
                self._threads.append(Thread(target=self._receive, args=(sock,), daemon=True))
                self._threads[-1].start()

    def _receive(self, sock: socket.socket) -> None:
        sock.settimeout(LONGEST)
        visit = Visit(sock, self)
        with suppress(OSError):
            if self._tls is not None:
                visit.encrypt(self._tls)
            self._behave(visit)
        visit.close()


class Internet:
    """A resolver and a road: every name leads to these addresses, and they to one receiver."""

    def __init__(self, *addresses: str, port: int | None = None, dead: Sequence[str] = ()) -> None:
        self.resolved: list[tuple[str, int]] = []
        self.connected: list[tuple[str, int]] = []
        self._addresses, self._port, self._dead = addresses, port, dead

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.resolved.append((host, port))
        return self._addresses

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        self.connected.append((address, port))
        if self._port is None or address in self._dead:
            raise ConnectionRefusedError("Nobody lives there")
        return socket.create_connection(("127.0.0.1", self._port), timeout)


def says_nothing(visit: Visit) -> None:
    visit.linger()


def reads_and_says_nothing(visit: Visit) -> None:
    visit.read_request()
    visit.linger()


def answers(data: bytes) -> Behaviour:
    """Say this, and hang up."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(data)

    return behave


def answers_without_reading(data: bytes) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.say(data)
        visit.linger()

    return behave


def answers_late(data: bytes, *, after: float) -> Behaviour:
    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.linger(after)
        visit.say(data)

    return behave


def drips(data: bytes, *, at_once: bytes = b"", every: float = 0.02) -> Behaviour:
    """Say something at once, and the rest one byte at a time."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(at_once)
        _drip(visit, data, every)

    return behave


def drips_before_reading(data: bytes, *, every: float = 0.02) -> Behaviour:
    return lambda visit: _drip(visit, data, every)


def never_stops(data: bytes, *, at_once: bytes = b"") -> Behaviour:
    """Say something once, and the rest again and again."""

    def behave(visit: Visit) -> None:
        visit.read_request()
        visit.say(at_once)
        while not visit.linger(0):
            visit.say(data)

    return behave


def resets(visit: Visit) -> None:
    visit.read()
    visit.reset()


def hangs_up(visit: Visit) -> None:
    visit.close()


def _drip(visit: Visit, data: bytes, every: float) -> None:
    for byte in data:
        visit.say(bytes([byte]))
        if visit.linger(every):
            return
