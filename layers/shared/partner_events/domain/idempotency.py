"""Idempotency keys: a second call with the same key gets the first call's answer (D-5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from partner_events.domain.event import JsonText

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An Idempotency-Key that was used: whose it is, for which body, and the first answer."""

    name: str
    fingerprint: str
    answer: JsonText
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """An Idempotency-Key within its scope (team and route), and the body it came with."""

    name: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        return sha256(self.body).hexdigest()

    def claim(self, answer: JsonText, *, now: datetime) -> Claim:
        return Claim(
            name=self.name,
            fingerprint=self.fingerprint,
            answer=answer,
            expires_at=now + KEPT_FOR,
        )
