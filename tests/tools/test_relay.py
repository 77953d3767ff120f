import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from threading import Thread

import pytest

from partner_events_tools.local.relay import RelayServer

ANYWHERE = ("127.0.0.1", 0)
LOOPBACK = IPv4Network("127.0.0.0/8")
ELSEWHERE = IPv4Network("203.0.113.0/24")


class Emulator(BaseRequestHandler):
    """Says how much it got, once all of it is there."""

    def handle(self) -> None:
        got = 0
        while chunk := self.request.recv(65_536):
            got += len(chunk)
        self.request.sendall(f"{got} bytes".encode())


@contextmanager
def running(server: TCPServer) -> Iterator[TCPServer]:
    with server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


@pytest.fixture
def emulator():
    with running(ThreadingTCPServer(ANYWHERE, Emulator)) as server:
        yield server


def say(server: TCPServer, words: bytes) -> bytes:
    with socket.create_connection(server.server_address, timeout=5) as client:
        client.sendall(words)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := client.recv(1024):
            answer += chunk
        return answer


def test_the_emulator_gets_all_that_a_container_says_and_the_container_its_answer(emulator):
    relay = RelayServer(ANYWHERE, peers=LOOPBACK, target=emulator.server_address)
    with running(relay):
        assert say(relay, b"x" * 300_000) == b"300000 bytes"


def test_who_is_not_of_the_network_is_hung_up_on(emulator):
    relay = RelayServer(ANYWHERE, peers=ELSEWHERE, target=emulator.server_address)
    with running(relay), socket.create_connection(relay.server_address, timeout=5) as stranger:
        assert stranger.recv(1024) == b""


def test_without_an_emulator_the_container_is_hung_up_on():
    with socket.create_server(ANYWHERE) as listener:
        nobody = listener.getsockname()
    relay = RelayServer(ANYWHERE, peers=LOOPBACK, target=nobody)
    with running(relay), socket.create_connection(relay.server_address, timeout=5) as container:
        assert container.recv(1024) == b""
