"""Idempotency claims as rows; `triggers` writes them together with the trigger.

pk              sk       what it holds
CLAIM#<name>    CLAIM    an Idempotency-Key and the first answer
"""

from partner_events.aws.items import Row
from partner_events.domain.event import JsonText
from partner_events.domain.idempotency import Claim
from partner_events.domain.timestamps import from_milliseconds, milliseconds


def claim_row(claim: Claim) -> Row:
    return {
        "pk": f"CLAIM#{claim.name}",
        "sk": "CLAIM",
        "fingerprint": claim.fingerprint,
        "answer": claim.answer,
        "expires_ms": milliseconds(claim.expires_at),
        "ttl": int(claim.expires_at.timestamp()),
    }


def claim_of(row: Row) -> Claim:
    return Claim(
        name=row["pk"].removeprefix("CLAIM#"),
        fingerprint=row["fingerprint"],
        answer=JsonText(row["answer"]),
        expires_at=from_milliseconds(row["expires_ms"]),
    )
