"""Receive our webhooks: verify that one came from us, and act on it once.

For whoever is told by us. It needs the standard library alone and nothing else of this package,
so the file may be copied as it is; docs/receiving-webhooks.md shows it at work.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

TOLERANCE = timedelta(minutes=5)  # how far the sender's clock and ours may be apart
PREFIX = "whsec_"


class NotVerified(Exception):
    """The request is not one of ours, or too old. Answer 400, and do nothing."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A verified request. `id` stays the same over all attempts: act on each id once."""

    id: str
    sent_at: datetime
    body: bytes


class Claim(StrEnum):
    """Who may act on a webhook: we, nobody any more, or somebody who is at it just now."""

    OURS = "ours"
    DONE = "done"
    BUSY = "busy"


class SeenWebhooks(Protocol):
    """Remembers ids for 30 days: for so long a webhook can be sent again, by hand or by itself."""

    def claim(self, id: str) -> Claim:
        """Take an id, for a minute or so: a receiver that dies must not hold it for ever."""

    def finish(self, id: str) -> None: ...

    def release(self, id: str) -> None: ...


def verify(
    body: bytes,
    headers: Mapping[str, str],
    *,
    secrets: Sequence[str],
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Webhook:
    """Return the webhook if one of `secrets` signed exactly these bytes a moment ago.

    Pass the body as it came: parsed and written again, it is another text. Give the old and the
    new secret while you change one for the other. Raises `NotVerified`.
    """
    ours = {name.lower(): value for name, value in headers.items()}
    try:
        id, timestamp = ours["webhook-id"], ours["webhook-timestamp"]
        signatures = ours["webhook-signature"].split(" ")
        sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    except KeyError as error:
        raise NotVerified(f"The header {error.args[0]} is missing") from error
    except (ValueError, OverflowError, OSError) as error:
        raise NotVerified("webhook-timestamp must be Unix seconds") from error
    if abs(now - sent_at) > tolerance:
        raise NotVerified("webhook-timestamp is too far from now")
    content = f"{id}.{timestamp}.".encode() + body
    if not any([_signed(content, secret, signatures) for secret in secrets]):
        raise NotVerified("No signature fits")
    return Webhook(id, sent_at, body)


def handle_once(webhook: Webhook, seen: SeenWebhooks, act: Callable[[Webhook], object]) -> int:
    """Act on a webhook unless that was done, and return the HTTP status to answer.

    200 says never send it again: the work is done. 503 says try later, because another copy of
    it is being worked on. If `act` raises, the id is released, and the exception goes on: let it
    become a 500, and the webhook will come again.
    """
    claim = seen.claim(webhook.id)
    if claim is Claim.BUSY:
        return 503
    if claim is Claim.OURS:
        try:
            act(webhook)
        except BaseException:
            seen.release(webhook.id)
            raise
        seen.finish(webhook.id)
    return 200


def _signed(content: bytes, secret: str, signatures: Sequence[str]) -> bool:
    digest = hmac.digest(b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256)
    wanted = b"v1," + b64encode(digest)
    return any([hmac.compare_digest(wanted, each.encode()) for each in signatures])
