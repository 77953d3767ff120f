"""Deliver webhooks: one message is one attempt at one endpoint."""

from datetime import UTC, datetime
from random import random

from partner_events import telemetry
from partner_events.domain.messages import DeliverWebhook, Message
from partner_events.usecases.deliver_webhook import deliver_webhook
from partner_events.wiring import parts, worker


def attempt(message: Message, received: int) -> None:
    assert isinstance(message, DeliverWebhook)
    delivery = deliver_webhook(
        message,
        received=received,
        now=datetime.now(UTC),
        luck=random,
        ports=parts().delivery_ports,
    )
    if delivery is not None:
        telemetry.delivery_attempted(delivery)


handler = worker(attempt, at_once=10)  # it waits for others' servers nearly all the time
