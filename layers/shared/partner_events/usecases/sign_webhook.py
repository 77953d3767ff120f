"""Make a signed request to a registered endpoint (Standard Webhooks).

A queue or event bus is told more than a url: that is added by `posted`.
"""

from dataclasses import replace
from datetime import datetime

from partner_events.domain.endpoint import Endpoint
from partner_events.domain.event import JsonText
from partner_events.domain.log import LoggedEvent
from partner_events.domain.signature import signed_headers
from partner_events.domain.webhook import Posting, WebhookRequest, group_of
from partner_events.jsontext import loads
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


def posted_event(
    request: WebhookRequest, *, to: Endpoint, event: LoggedEvent, line: str
) -> WebhookRequest:
    """Add what the endpoint's target is told beside the body; a url is told nothing more.

    What stands in a `line`, since the endpoint asks for order, is a group of a FIFO queue.
    """
    if to.role_arn is None:
        return request
    group = line or group_of(loads(event.body)["data"], to.id)
    return posted(request, to=to, type=event.name, occurred_at=event.occurred_at, group=group)


def posted(
    request: WebhookRequest, *, to: Endpoint, type: str, occurred_at: datetime, group: str
) -> WebhookRequest:
    if to.role_arn is None:
        return request
    posting = Posting(
        role_arn=to.role_arn,
        external_id=to.team,
        event_type=type,
        occurred_at=occurred_at,
        group=group,
    )
    return replace(request, posting=posting)
