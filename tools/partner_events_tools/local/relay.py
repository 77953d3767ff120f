"""Let the containers of one Docker network reach the emulator: what they send to the network's
gateway comes out on the loopback address.

The emulator listens nowhere else, since whoever reaches it may run code on this machine. So the
relay looks who is calling: containers of other networks, and machines that route to this one,
can send to the gateway's address as well.

Run as `python -m partner_events_tools.local.relay GATEWAY SUBNET PORT`.
"""

import socket
import sys
from contextlib import suppress
from ipaddress import IPv4Network, ip_address
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

from partner_events_tools.local.ports import LOOPBACK

CHUNK = 65_536


class RelayServer(ThreadingTCPServer):
    """Takes connections of `peers` at an address, and makes each one to `target` of its own."""

    allow_reuse_address = True
    daemon_threads = True
    # Cold functions connect all at once; what the default of 5 drops comes again a second later.
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], *, peers: IPv4Network, target: tuple[str, int]
    ) -> None:
        super().__init__(address, Relay)
        self.target = target
        self._peers = peers

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        return ip_address(client_address[0]) in self._peers


class Relay(BaseRequestHandler):
    server: RelayServer
    request: socket.socket

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(self.server.target) as target:
            answers = Thread(target=_pump, args=(target, self.request), daemon=True)
            answers.start()
            _pump(self.request, target)
            answers.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes until `source` ends, and then say so to `sink`."""
    with suppress(OSError):
        sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)  # else 40 ms a call
        while chunk := source.recv(CHUNK):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    gateway, subnet, port = sys.argv[1:]
    target = (LOOPBACK, int(port))
    RelayServer((gateway, int(port)), peers=IPv4Network(subnet), target=target).serve_forever()
