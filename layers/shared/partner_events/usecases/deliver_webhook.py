"""Deliver a webhook: one message is one attempt at one endpoint."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from partner_events.delivery_ports import EndpointPace, HealthStore, Lines
from partner_events.directory_ports import EndpointStore
from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus, Failure
from partner_events.domain.endpoint import Endpoint, Format
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.errors import TryLater
from partner_events.domain.event import JsonText
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import DeliverWebhook
from partner_events.ports import (
    AlreadyThere,
    DeliveryStore,
    Dispatcher,
    EventLog,
    SecretBox,
    WebhookSender,
)
from partner_events.usecases.keep_order import NotYet, OrderPorts, step_out, take_turn
from partner_events.usecases.note_attempt import note_attempt
from partner_events.usecases.pace_endpoint import Jams, NotNow, paced
from partner_events.usecases.secrets_told import without_secrets
from partner_events.usecases.send_settlement import send_settlement
from partner_events.usecases.sign_webhook import posted_event, sign_webhook
from partner_events.usecases.tell_team import news_of_delivery, news_of_endpoint

type Render = Callable[[LoggedEvent, Format], JsonText]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPorts:
    """What delivering needs."""

    deliveries: DeliveryStore
    health: HealthStore
    pace: EndpointPace
    lines: Lines
    endpoints: EndpointStore
    log: EventLog
    render: Render
    secrets: SecretBox
    sender: WebhookSender
    dispatcher: Dispatcher
    jams: Jams = field(default_factory=Jams)

    @property
    def order(self) -> OrderPorts:
        return OrderPorts(lines=self.lines, deliveries=self.deliveries, dispatcher=self.dispatcher)


def deliver_webhook(
    message: DeliverWebhook,
    *,
    received: int,
    now: datetime,
    luck: Callable[[], float],
    ports: DeliveryPorts,
) -> Delivery | None:
    """Make the attempt that the message names, record it, and send the message of the next.

    Returns the delivery if this call recorded anything of it, else None. The row is first
    written with the first outcome; until then the message is the promise. A message whose
    attempt is recorded is a stale copy; one received again may be all that is left of a
    worker that died after its record, so what follows from that record is done once more.
    What the endpoint's limits do not let go now is put back, which is no attempt; what has to
    wait for another delivery of its line is recorded, and will be called.
    """
    if message.due_at and now < message.due_at:
        ports.dispatcher.send(message, now=now)
        return None
    try:
        return _deliver(message, received, now, luck, ports)
    except NotNow as later:
        ports.dispatcher.send(replace(message, due_at=later.turn), now=now)
        return None


def _deliver(
    message: DeliverWebhook,
    received: int,
    now: datetime,
    luck: Callable[[], float],
    ports: DeliveryPorts,
) -> Delivery | None:
    ports.jams.check(message.endpoint, now=now, luck=luck)
    standing, health = ports.deliveries.find(
        message.delivery, team=message.team, endpoint=message.endpoint
    )
    delivery = _to_deliver(message, standing)
    if delivery is None:
        if standing and (received > 1 or message.promise) and message.round == standing.round:
            _follow_up(standing, message, health, now=now, ports=ports)
        elif standing and not standing.in_line:
            step_out(standing, message, now=now, ports=ports.order)
        return None
    try:
        standing, delivery = _attempt(delivery, standing, health, now=now, luck=luck, ports=ports)
    except NotYet:
        return None
    try:
        ports.deliveries.save(delivery, standing=standing)
    except AlreadyThere as error:  # another copy won, or our own write whose answer was lost
        raise TryLater("The attempt is recorded already", after=timedelta(seconds=1)) from error
    _follow_up(delivery, message, health, now=now, ports=ports)
    return delivery


def _to_deliver(message: DeliverWebhook, standing: Delivery | None) -> Delivery | None:
    """Return the delivery to make an attempt of, None if the message asks for nothing new.

    Raises `TryLater` if the attempt before this one is still to be recorded.
    """
    if standing is None and message.attempt == 1:
        return pending(message)
    if standing and message.round > standing.round:
        succeeded = standing.status is DeliveryStatus.DELIVERED
        return None if succeeded and not message.again else begun_again(standing, message)
    if standing and (standing.rests or message.round < standing.round):
        return None
    made = len(standing.attempts) if standing else 0
    if made < message.attempt - 1:
        raise TryLater("The attempt before this is not recorded yet", after=timedelta(seconds=2))
    earlier = standing.earlier if standing else 0
    return standing if made < max(message.attempt, earlier + 1) else None


def _attempt(
    delivery: Delivery,
    standing: Delivery | None,
    health: EndpointHealth,
    *,
    now: datetime,
    luck: Callable[[], float],
    ports: DeliveryPorts,
) -> tuple[Delivery | None, Delivery]:
    """Return what is on record of it by now, and what is to be."""
    endpoint = ports.endpoints.get(delivery.team, delivery.endpoint)
    if endpoint is None:
        return standing, delivery.given_up(Failure.DELETED)
    if not endpoint.active:
        return standing, delivery.held(Failure.INACTIVE)
    if health.is_disabled:
        return standing, delivery.held(Failure.DISABLED)
    order = endpoint.ordering
    if order and delivery.in_line:
        standing = take_turn(delivery, standing, now=now, ports=ports.order)
    with paced(endpoint, health, now=now, luck=luck, pace=ports.pace, jams=ports.jams):
        attempt = _send(delivery, endpoint, now=now, ports=ports)
    tried = delivery.after(attempt, now=now + attempt.duration, luck=luck())
    waited_for = tried.in_line and order is not None and not order.lets_pass(tried.failures)
    return standing, replace(tried, in_line=waited_for)


def _send(
    delivery: Delivery, endpoint: Endpoint, *, now: datetime, ports: DeliveryPorts
) -> Attempt:
    event = ports.log.get(delivery.team, delivery.position, delivery.shard)
    if event is None:
        raise LookupError(f"event {delivery.event} is not in the log")
    request = sign_webhook(
        ports.render(event, delivery.format),
        to=endpoint,
        message_id=delivery.id,
        sent_at=now,
        secrets=ports.secrets,
    )
    request = posted_event(request, to=endpoint, event=event, line=delivery.line)
    answer = without_secrets(ports.sender.send(request), told=request.body)
    return Attempt.of(answer, at=now, url=endpoint.url)


def pending(message: DeliverWebhook) -> Delivery:
    return Delivery(
        id=message.delivery,
        team=message.team,
        endpoint=message.endpoint,
        event=message.event,
        event_type=message.event_type,
        position=message.position,
        shard=message.shard,
        format=message.format,
        created_at=message.occurred_at,
        round=message.round,
        line=message.line,
        in_line=bool(message.line),
    )


def begun_again(standing: Delivery, message: DeliverWebhook) -> Delivery:
    """Begin the round that a message orders; in line again, if it was put there for it."""
    again = standing.begun_again(message.round)
    return replace(again, line=message.line, in_line=True) if message.line else again


def _follow_up(
    delivery: Delivery,
    message: DeliverWebhook,
    health: EndpointHealth,
    *,
    now: datetime,
    ports: DeliveryPorts,
) -> None:
    """Do what follows from the recorded attempt of a message; doing it again is harmless."""
    send_settlement(delivery, now=now, dispatcher=ports.dispatcher)
    place = max(message.attempt - 1, delivery.earlier)
    if place < len(delivery.attempts):
        attempt, name = delivery.attempts[place], f"{delivery.id}-{place + 1}"
        health = note_attempt(attempt, name=name, health=health, store=ports.health)
        for told in (*news_of_endpoint(health, by=name), *news_of_delivery(delivery)):
            ports.dispatcher.send(told, now=now)
    if delivery.status is DeliveryStatus.RETRYING:
        following = replace(
            message,
            attempt=len(delivery.attempts) + 1,
            promise=False,
            due_at=delivery.next_attempt_at,
        )
        ports.dispatcher.send(following, now=now)
    step_out(delivery, message, now=now, ports=ports.order)
