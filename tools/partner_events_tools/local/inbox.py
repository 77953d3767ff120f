"""What the receiver remembers: the webhooks it got, the secrets it knows, how it shall behave."""

import base64
import hashlib
import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    at: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    signature_ok: bool | None
    webhook_id: str | None
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Fail the first attempt of this share of the webhooks, always of the same ones."""

    fail_first_ratio: float = 0.0
    status: int = HTTPStatus.SERVICE_UNAVAILABLE

    def fails_first(self, webhook_id: str) -> bool:
        digest = hashlib.sha256(webhook_id.encode()).digest()
        return int.from_bytes(digest[:4]) < self.fail_first_ratio * 2**32


class Inbox:
    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._received: deque[Received] = deque(maxlen=kept)
        self._attempts: Counter[tuple[str, str]] = Counter()
        self._verifiers: dict[str, list[Webhook]] = {}
        self._behaviours: dict[str, Behaviour] = {}

    def add_secret(self, path: str, secret: str) -> None:
        """Know one more secret for a path: while it is rotated, an endpoint has two."""
        try:
            verifier = Webhook(secret)
        except EmptyWebhookSecretError as error:
            raise ValueError("The secret is empty") from error
        with self._lock:
            self._verifiers.setdefault(path, []).append(verifier)

    def behave(self, path: str, behaviour: Behaviour) -> None:
        with self._lock:
            self._behaviours[path] = behaviour

    def receive(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """Remember a webhook, and return the status to answer it with."""
        headers = {name.lower(): value for name, value in headers.items()}
        webhook_id = headers.get("webhook-id")
        with self._lock:
            status = self._answer(path, webhook_id)
            self._received.append(
                Received(
                    at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                    method=method,
                    path=path,
                    headers=headers,
                    body=base64.b64encode(body).decode(),
                    signature_ok=self._is_signed(path, headers, body),
                    webhook_id=webhook_id,
                    answered=status,
                )
            )
        return status

    def received(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(each) for each in self._received]

    def clear(self) -> None:
        """Forget the webhooks; keep the secrets and the behaviour."""
        with self._lock:
            self._received.clear()
            self._attempts.clear()

    def _answer(self, path: str, webhook_id: str | None) -> int:
        behaviour = self._behaviours.get(path)
        if behaviour is None or webhook_id is None:
            return HTTPStatus.OK
        self._attempts[path, webhook_id] += 1
        is_first = self._attempts[path, webhook_id] == 1
        return behaviour.status if is_first and behaviour.fails_first(webhook_id) else HTTPStatus.OK

    def _is_signed(self, path: str, headers: Mapping[str, str], body: bytes) -> bool | None:
        """None where no secret is known, so nothing can be said."""
        known = self._verifiers.get(path)
        return None if known is None else any(_verifies(each, headers, body) for each in known)


def _verifies(verifier: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        verifier.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True
