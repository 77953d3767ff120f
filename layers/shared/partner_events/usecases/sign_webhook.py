"""Make a signed request to a registered endpoint (Standard Webhooks)."""

from datetime import datetime

from partner_events.domain.endpoint import Endpoint
from partner_events.domain.event import JsonText
from partner_events.domain.signature import signed_headers
from partner_events.domain.webhook import WebhookRequest
from partner_events.ports import SecretBox

JSON = {"content-type": "application/json"}


def sign_webhook(
    body: JsonText, *, to: Endpoint, message_id: str, sent_at: datetime, secrets: SecretBox
) -> WebhookRequest:
    """Sign `body` for this attempt: `message_id` stays over all attempts, `sent_at` does not."""
    raw = body.encode()
    live = [secrets.open(each.sealed, team=to.team) for each in to.live_secrets(sent_at)]
    return WebhookRequest(
        url=to.url,
        body=raw,
        timeout=to.timeout,
        headers={
            **to.headers,
            **JSON,
            **signed_headers(raw, message_id=message_id, sent_at=sent_at, secrets=live),
        },
    )
