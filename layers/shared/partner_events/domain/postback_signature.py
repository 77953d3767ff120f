"""Signed postbacks: `X-Signature: t=<Unix seconds>,v1=<hex>`, HMAC-SHA256 of `t.body` (D-29)."""

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

TOLERANCE = timedelta(minutes=5)
PREFIX = "cmpsec_"
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


def new_secret(random: Callable[[int], bytes]) -> str:
    return PREFIX + random(32).hex()


def sign_postback(body: bytes, *, secret: str, at: datetime) -> str:
    """Return the header's value, as a caller makes it."""
    timestamp = str(int(at.timestamp()))
    return f"t={timestamp},v1={_digest(body, timestamp, secret)}"


def is_signed(body: bytes, header: str | None, *, secret: str, now: datetime) -> bool:
    """Tell whether one of the header's `v1` signs this body at a time close to now."""
    parts = [part.strip().partition("=") for part in (header or "").split(",")]
    timestamps = [value for name, _, value in parts if name == "t"]
    if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]):
        return False
    if abs(now.timestamp() - int(timestamps[0])) > TOLERANCE.total_seconds():
        return False
    wanted = _digest(body, timestamps[0], secret).encode()
    given = [value.encode() for name, _, value in parts if name == "v1"]
    return any([hmac.compare_digest(wanted, each) for each in given])


def _digest(body: bytes, timestamp: str, secret: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
