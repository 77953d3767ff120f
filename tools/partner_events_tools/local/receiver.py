"""A webhook receiver for one machine: it keeps what it gets and shows it.

    POST   /any/path   a webhook; answered 200 unless told otherwise; GET is as good
    GET    /received   what came, oldest first
    DELETE /received   forget it
    POST   /secrets    {"path": "/hooks/x", "secret": "whsec_..."}   verify what comes there
    POST   /behave     {"path": "/hooks/x", "fail_first_ratio": 0.2, "status": 503}

Run as `python -m partner_events_tools.local.receiver PORT`.
"""

import json
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from partner_events_tools.local.inbox import Behaviour, Inbox
from partner_events_tools.local.ports import LOOPBACK

LARGEST_BODY = 1_048_576


class ReceiverServer(ThreadingHTTPServer):
    daemon_threads = True
    # Webhooks come in bursts; the default of 5 refuses connections.
    request_queue_size = 256

    def __init__(self, port: int, inbox: Inbox | None = None) -> None:
        super().__init__((LOOPBACK, port), Receiver)
        self.inbox = inbox or Inbox()


class Receiver(BaseHTTPRequestHandler):
    server: ReceiverServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        if self.path == "/received":
            self._answer(HTTPStatus.OK, {"received": self.server.inbox.received()})
        elif self.path in ("/secrets", "/behave"):
            self._answer(HTTPStatus.NOT_FOUND, {"error": "Only /received can be read"})
        else:
            headers = dict(self.headers.items())
            self._answer(self.server.inbox.receive("GET", self.path, headers, b""), {})

    def do_DELETE(self) -> None:
        if self.path == "/received":
            self.server.inbox.clear()
        self._answer(HTTPStatus.OK if self.path == "/received" else HTTPStatus.NOT_FOUND, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {})
        body = self.rfile.read(length)
        if self.path not in ("/secrets", "/behave"):
            headers = dict(self.headers.items())
            return self._answer(self.server.inbox.receive("POST", self.path, headers, body), {})
        try:
            self._instruct(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            return self._answer(HTTPStatus.BAD_REQUEST, {"error": repr(error)})
        return self._answer(HTTPStatus.OK, {})

    def _instruct(self, instruction: dict[str, Any]) -> None:
        path = instruction.pop("path")
        if self.path == "/secrets":
            self.server.inbox.add_secret(path, instruction["secret"])
        else:
            self.server.inbox.behave(path, Behaviour(**instruction))

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        encoded = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *_: object) -> None:
        """Say nothing: what came is under /received."""


if __name__ == "__main__":
    ReceiverServer(int(sys.argv[1])).serve_forever()
