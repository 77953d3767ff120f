"""The webhook receiver, as those use it who want to know what came."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from partner_events_tools.local.api import call
from partner_events_tools.local.errors import CannotRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One HTTP try as the receiver saw it; `answered` is the status that it gave."""

    id: str
    path: str
    at: datetime
    answered: int
    signature_ok: bool | None
    headers: Mapping[str, str]
    body: bytes

    @property
    def taken(self) -> bool:
        return 200 <= self.answered < 300


class WebhookReceiver:
    def __init__(self, url: str) -> None:
        self.url = url

    def received(self, path: str | None = None) -> list[Webhook]:
        """List what came, oldest first: to one path, or to all of them."""
        entries = self._need("GET", "/received")["received"]
        return [_webhook(each) for each in entries if path in (None, each["path"])]

    def verify(self, path: str, secret: str) -> None:
        """Have the signatures of what comes to `path` checked."""
        self._need("POST", "/secrets", {"path": path, "secret": secret})

    def fail_first(self, path: str, *, share: float, status: int) -> None:
        """Have the first tries of a share of the webhooks fail, always of the same ones."""
        behaviour = {"path": path, "fail_first_ratio": share, "status": status}
        self._need("POST", "/behave", behaviour)

    def _need(self, method: str, path: str, body: Any = None) -> Any:
        reply = call(method, self.url + path, body)
        if reply.status != 200:
            raise CannotRun(f"The receiver answered {method} {path} with {reply.status}.")
        return reply.json


def local_secret(path: str) -> str:
    """Make the signing secret of a path, on which a local stack and its receiver agree.

    Whoever knows the path knows the secret, so it is one for webhooks on one machine only.
    """
    return "whsec_" + b64encode(sha256(f"local {path}".encode()).digest()).decode()


def _webhook(entry: Mapping[str, Any]) -> Webhook:
    return Webhook(
        id=entry["webhook_id"] or "",
        path=entry["path"],
        at=datetime.fromisoformat(entry["at"]),
        answered=entry["answered"],
        signature_ok=entry["signature_ok"],
        headers=entry["headers"],
        body=b64decode(entry["body"]),
    )
