"""Signed webhooks, exactly as Standard Webhooks 1.0 asks for."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import datetime

PREFIX = "whsec_"
NEW_SECRET_BYTES = 32
SECRET_BYTES = range(24, 65)  # what the standard allows


def sign(body: bytes, *, message_id: str, sent_at: datetime, secrets: Sequence[str]) -> str:
    """Return the `webhook-signature` header: one signature per live secret.

    While a secret is being rotated an endpoint has two, and the receiver may verify with
    either. `sent_at` is the time of this attempt, not of the event: receivers refuse old
    timestamps, so every retry must be signed again.
    """
    if not secrets:
        raise ValueError("A webhook is never sent unsigned")
    content = f"{message_id}.{_timestamp(sent_at)}.".encode() + body
    return " ".join(_signature(content, secret) for secret in secrets)


def signed_headers(
    body: bytes, *, message_id: str, sent_at: datetime, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers a receiver verifies; their timestamp is the one signed."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": _timestamp(sent_at),
        "webhook-signature": sign(body, message_id=message_id, sent_at=sent_at, secrets=secrets),
    }


def new_secret(random: Callable[[int], bytes]) -> str:
    return PREFIX + b64encode(random(NEW_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Say whether a secret that a caller brings can sign, and is long enough to be one."""
    try:
        return len(_key(text)) in SECRET_BYTES
    except ValueError:
        return False


def _signature(content: bytes, secret: str) -> str:
    digest = hmac.digest(_key(secret), content, hashlib.sha256)
    return f"v1,{b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"A webhook secret starts with {PREFIX}")
    return b64decode(secret.removeprefix(PREFIX), validate=True)


def _timestamp(sent_at: datetime) -> str:
    return str(int(sent_at.timestamp()))
