"""Make a signed request ready for a queue or event bus, which are told more than a url."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from partner_events.domain.cloud_target import group_of
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.log import LoggedEvent
from partner_events.domain.webhook import Posting, WebhookRequest
from partner_events.jsontext import loads


def posted_event(request: WebhookRequest, *, to: Endpoint, event: LoggedEvent) -> WebhookRequest:
    """Add what the endpoint's target is told beside the body; a url is told nothing more."""
    if to.role_arn is None:
        return request
    data = loads(event.body)["data"]
    return posted(request, to=to, type=event.name, occurred_at=event.occurred_at, data=data)


def posted(
    request: WebhookRequest, *, to: Endpoint, type: str, occurred_at: datetime, data: Any
) -> WebhookRequest:
    if to.role_arn is None:
        return request
    posting = Posting(
        role_arn=to.role_arn,
        external_id=to.team,
        event_type=type,
        occurred_at=occurred_at,
        group=group_of(data, to.id),
    )
    return replace(request, posting=posting)
