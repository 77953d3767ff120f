"""The link by which somebody leaves our marketing: signed, so that it works for them alone."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.outgoing import Channel

LONGEST = 2_000  # characters of a token
_APART = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Who leaves what. The link never lapses: one in an old e-mail must work, too."""

    team: TeamId
    contact: ContactId | None
    channel: Channel
    address: str

    def token(self, key: bytes) -> str:
        said = _APART.join((self.team, self.contact or "", self.channel, self.address)).encode()
        return f"{_text(said)}.{_text(_mac(said, key))}"

    @classmethod
    def read(cls, token: str, key: bytes) -> Self | None:
        """Read a token that we made; None for any other text."""
        said, _, mac = token.partition(".")
        try:
            plain, signed = _bytes(said), _bytes(mac)
        except ValueError:
            return None
        if len(token) > LONGEST or not hmac.compare_digest(signed, _mac(plain, key)):
            return None
        team, contact, channel, address = plain.decode().split(_APART)
        return cls(
            team=TeamId(team),
            contact=ContactId(contact) if contact else None,
            channel=Channel(channel),
            address=address,
        )


def _mac(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"unsubscribe\0" + said, sha256)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
