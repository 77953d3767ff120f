"""API keys: how they look, what they may do, and what of them is kept (D-8)."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from zlib import crc32

from partner_events.domain.ids import KeyId, TeamId

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PREFIXES = ("sk_live_", "sk_test_")
SECRET_LENGTH = 43  # base62 digits: 256 bits
CHECKSUM_LENGTH = 6
REQUESTS_PER_MINUTE = 60  # of the partner events, unless the key has a number of its own (D-7)


class Scope(StrEnum):
    EVENTS_WRITE = "events:write"
    EVENTS_READ = "events:read"
    WEBHOOKS_WRITE = "webhooks:write"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is stored of a key. The key itself is shown once and never kept."""

    id: KeyId
    team: TeamId
    name: str
    hash: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    requests_per_minute: int = REQUESTS_PER_MINUTE

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def may(self, scope: Scope) -> bool:
        """Tell whether the key has the scope; `admin` has them all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


def new_secret_key(*, live: bool, randbelow: Callable[[int], int]) -> str:
    """Make a key: `sk_live_` or `sk_test_`, 43 base62 digits and their checksum of 6."""
    stem = _PREFIXES[0 if live else 1]
    stem += "".join(_BASE62[randbelow(62)] for _ in range(SECRET_LENGTH))
    return stem + _checksum(stem)


def looks_like_key(text: str) -> bool:
    """Tell a typing error from a key without asking the database, by the checksum."""
    stem, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    return (
        len(text) == len(_PREFIXES[0]) + SECRET_LENGTH + CHECKSUM_LENGTH
        and text.startswith(_PREFIXES)
        and text.isascii()
        and hmac.compare_digest(checksum, _checksum(stem))
    )


def key_hash(secret_key: str, *, pepper: bytes) -> str:
    """Hash a key with the pepper: what is stored and what a request is looked up by."""
    return sha256(pepper + secret_key.encode()).hexdigest()


def _checksum(stem: str) -> str:
    value, digits = crc32(stem.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits
