"""A box that seals secrets without hiding them."""

import json

from partner_events.domain.ids import TeamId


class PlainSecretBox:
    def pepper(self) -> bytes:
        return b"pepper"

    def seal(self, secret: str, *, team: TeamId) -> bytes:
        return json.dumps([team, secret]).encode()

    def open(self, sealed: bytes, *, team: TeamId) -> str:
        owner, secret = json.loads(sealed)
        if owner != team:
            raise ValueError("sealed for another team")
        return str(secret)
