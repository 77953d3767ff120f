"""Try an endpoint out: send it a sample, exactly as an event would be sent, and say what came."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from partner_events.directory_ports import EndpointStore, NumberSource
from partner_events.domain.delivery import Attempt, Delivery
from partner_events.domain.endpoint import Endpoint, Format
from partner_events.domain.event import Event, JsonText
from partner_events.domain.ids import EndpointId, Position, TriggerId, delivery_id
from partner_events.domain.log import LoggedEvent
from partner_events.domain.trigger import Trigger
from partner_events.ports import AlreadyThere, DeliveryStore, SecretBox, WebhookSender
from partner_events.usecases.find_endpoint import find_endpoint
from partner_events.usecases.secrets_told import without_secrets
from partner_events.usecases.sign_webhook import posted_event, sign_webhook

LONGEST_TRY = timedelta(seconds=25)  # within what API Gateway waits for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPorts:
    """What trying needs; `body` and `render` are those of real events."""

    endpoints: EndpointStore
    numbers: NumberSource
    deliveries: DeliveryStore
    secrets: SecretBox
    sender: WebhookSender
    body: Callable[[Trigger], JsonText]
    render: Callable[[LoggedEvent, Format], JsonText]


def try_webhook_endpoint(
    id: EndpointId,
    *,
    event: Event,
    event_id: str,
    now: datetime,
    ports: TryPorts,
) -> Delivery:
    """Make one attempt, whatever the endpoint hears of and whether it is active, and record it.

    The event is in no log and nothing is tried again. Dying before the record leaves nothing
    behind but what the receiver saw. Raises `NotFound`.
    """
    endpoint = find_endpoint(id, team=event.team, endpoints=ports.endpoints)
    trigger = Trigger.accept(event, id=TriggerId(event_id), now=now, trigger_at=None)
    logged = LoggedEvent(
        id=trigger.id,
        team=event.team,
        number=ports.numbers.next(event.team),
        name=event.name,
        occurred_at=now,
        position=Position(event_id),
        shard=0,
        body=ports.body(trigger),
        metadata=event.metadata,
    )
    delivery = _tried(endpoint, logged, now=now, ports=ports)
    with suppress(AlreadyThere):  # under an id this new, only our own write whose answer was lost
        ports.deliveries.save(delivery, standing=None)
    return delivery


def _tried(endpoint: Endpoint, event: LoggedEvent, *, now: datetime, ports: TryPorts) -> Delivery:
    delivery = Delivery(
        id=delivery_id(event.team, event.id, endpoint.id),
        team=event.team,
        endpoint=endpoint.id,
        event=event.id,
        event_type=event.name,
        position=event.position,
        shard=event.shard,
        format=endpoint.format,
        created_at=now,
        test=True,
    )
    body = ports.render(event, endpoint.format)
    request = sign_webhook(
        body, to=endpoint, message_id=delivery.id, sent_at=now, secrets=ports.secrets
    )
    request = posted_event(request, to=endpoint, event=event, line="")
    answer = ports.sender.send(replace(request, timeout=min(request.timeout, LONGEST_TRY)))
    answer = without_secrets(answer, told=request.body)
    attempt = Attempt.of(answer, at=now, url=endpoint.url)
    return delivery.after(attempt, now=now + attempt.duration, luck=0)
