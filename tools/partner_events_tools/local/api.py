"""The HTTP API of a local stack, as a team calls it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import Any
from urllib.parse import urlsplit

from partner_events_tools.local.errors import CannotRun

TIMEOUT = 30.0  # as long as API Gateway waits


class Refused(CannotRun):
    """An answer other than the one that the caller cannot do without."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Without a team or a key, the header that would carry it is left out."""

    url: str
    team: str = ""
    key: str = field(default="", repr=False)

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Call the API; a body that is text goes out as it is. `headers` come on top."""
        own = {"X-API-Key": self.key, "X-Team-ID": self.team, "Content-Type": "application/json"}
        named = {name: value for name, value in own.items() if value}
        return call(method, f"{self.url}/api/v1{path}", body, {**named, **(headers or {})})

    def send(self, event: Any, headers: Mapping[str, str] | None = None) -> Reply:
        return self.call("POST", "/events/send", event, headers)

    def need(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API and return what it answers. Raises `Refused` if it is an error."""
        reply = self.call(method, path, body)
        if reply.status >= 400:
            raise Refused(f"{method} {path} was answered {reply.status}: {reply.text}")
        return reply.json if reply.text else None

    def all(self, path: str, plural: str) -> Iterator[Any]:
        """List everything under a path, page after page."""
        cursor = ""
        while True:
            page = self.need("GET", f"{path}?limit=100{cursor}")
            yield from page[plural]
            if not page["has_more"]:
                return
            cursor = f"&cursor={page['next_cursor']}"


def call(
    method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """Make one HTTP request, past any proxy that the environment names."""
    where = urlsplit(url)
    raw = body if isinstance(body, str) or body is None else json.dumps(body)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=TIMEOUT)
    try:
        target = where.path + (f"?{where.query}" if where.query else "")
        connection.request(method, target, raw and raw.encode(), dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read().decode())
    except (OSError, HTTPException) as error:
        raise CannotRun(f"{method} {url} was not answered: {error!r}") from error
    finally:
        connection.close()
