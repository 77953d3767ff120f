"""Deliver a webhook: one message is one attempt at one endpoint."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from partner_events.directory_ports import EndpointStore
from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import TryLater
from partner_events.domain.messages import DeliverWebhook
from partner_events.ports import (
    AlreadyThere,
    DeliveryStore,
    Dispatcher,
    EventLog,
    SecretBox,
    WebhookSender,
)
from partner_events.usecases.hide_secrets import hide_secret
from partner_events.usecases.send_settlement import send_settlement
from partner_events.usecases.sign_webhook import sign_webhook


def deliver_webhook(
    message: DeliverWebhook,
    *,
    received: int,
    now: datetime,
    luck: Callable[[], float],
    deliveries: DeliveryStore,
    endpoints: EndpointStore,
    log: EventLog,
    secrets: SecretBox,
    sender: WebhookSender,
    dispatcher: Dispatcher,
) -> Delivery | None:
    """Make the attempt that the message names, record it, and send the message of the next.

    Returns the delivery if this call made an attempt or gave up, else None. The row is first
    written with the first outcome; until then the message is the promise. A message whose
    attempt is recorded is a stale copy; one received again may be all that is left of a
    worker that died after its record, so it sends the next message once more.
    """
    if message.due_at and now < message.due_at:
        dispatcher.send(message, now=now)
        return None
    delivery = deliveries.get(message.delivery) or pending(message)
    made = len(delivery.attempts)
    if delivery.is_over:
        if received > 1:  # a worker that died after its record may not have sent this
            send_settlement(delivery, now=now, dispatcher=dispatcher)
        return None
    if made >= message.attempt:
        if received > 1 or message.promise:
            send_settlement(delivery, now=now, dispatcher=dispatcher)
            _send_next(delivery, message, now=now, dispatcher=dispatcher)
        return None
    if made < message.attempt - 1:
        raise TryLater("The attempt before this is not recorded yet", after=timedelta(seconds=2))

    delivery = _attempt(
        delivery,
        message,
        now=now,
        luck=luck(),
        endpoints=endpoints,
        log=log,
        secrets=secrets,
        sender=sender,
    )
    try:
        deliveries.save(delivery, attempts_before=made)
    except AlreadyThere as error:  # another copy won, or our own write whose answer was lost
        raise TryLater("The attempt is recorded already", after=timedelta(seconds=1)) from error
    send_settlement(delivery, now=now, dispatcher=dispatcher)
    _send_next(delivery, message, now=now, dispatcher=dispatcher)
    return delivery


def _attempt(
    delivery: Delivery,
    message: DeliverWebhook,
    *,
    now: datetime,
    luck: float,
    endpoints: EndpointStore,
    log: EventLog,
    secrets: SecretBox,
    sender: WebhookSender,
) -> Delivery:
    endpoint = endpoints.get(message.team, message.endpoint)
    if endpoint is None:
        return delivery.given_up("endpoint_deleted")
    if not endpoint.active:
        return delivery.given_up("endpoint_inactive")
    attempt = _send(delivery, endpoint, now=now, log=log, secrets=secrets, sender=sender)
    return delivery.after(attempt, now=now + attempt.duration, luck=luck)


def _send(
    delivery: Delivery,
    endpoint: Endpoint,
    *,
    now: datetime,
    log: EventLog,
    secrets: SecretBox,
    sender: WebhookSender,
) -> Attempt:
    event = log.get(delivery.team, delivery.position, delivery.shard)
    if event is None:
        raise LookupError(f"event {delivery.event} is not in the log")
    request = sign_webhook(
        event.body, to=endpoint, message_id=delivery.id, sent_at=now, secrets=secrets
    )
    answer = sender.send(request)
    return Attempt(
        at=now,
        duration=answer.duration,
        url=endpoint.url,
        status_code=answer.status,
        error=answer.error,
        response=hide_secret(answer.excerpt, event),
        retry_after=answer.retry_after,
    )


def pending(message: DeliverWebhook) -> Delivery:
    return Delivery(
        id=message.delivery,
        team=message.team,
        endpoint=message.endpoint,
        event=message.event,
        event_type=message.event_type,
        position=message.position,
        shard=message.shard,
        created_at=message.occurred_at,
    )


def _send_next(
    delivery: Delivery, message: DeliverWebhook, *, now: datetime, dispatcher: Dispatcher
) -> None:
    if delivery.status is DeliveryStatus.RETRYING:
        following = replace(
            message,
            attempt=len(delivery.attempts) + 1,
            promise=False,
            due_at=delivery.next_attempt_at,
        )
        dispatcher.send(following, now=now)
