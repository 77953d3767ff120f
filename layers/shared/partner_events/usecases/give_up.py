"""Give up on a message that failed every time, and say so where its owner will look."""

from datetime import datetime

from partner_events.domain.delivery import Delivery
from partner_events.domain.messages import (
    BookReward,
    DeliverWebhook,
    Message,
    RunStep,
    RunTrigger,
    SettleFulfilment,
)
from partner_events.ports import AlreadyThere, DeliveryStore, ExecutionStore, TriggerStore
from partner_events.usecases.deliver_webhook import pending

REASON = "internal"  # our own fault, never the customer's


def give_up(
    message: Message,
    *,
    now: datetime,
    triggers: TriggerStore,
    executions: ExecutionStore,
    deliveries: DeliveryStore,
) -> bool:
    """Mark the trigger, execution or delivery of a dead letter as failed.

    Tells whether there was something to mark: a message whose work is over, or whose request
    was never answered with an id, leaves nothing behind.
    """
    match message:
        case RunTrigger():
            return triggers.fail(message.trigger, reason=REASON, now=now)
        case RunStep():
            return executions.fail(message, reason=REASON, now=now)
        case DeliverWebhook():
            return _give_up_delivery(message, deliveries)
        case BookReward() | SettleFulfilment():
            return False  # the conversion or the delivery stands; its name is in our own logs


def _give_up_delivery(message: DeliverWebhook, deliveries: DeliveryStore) -> bool:
    delivery: Delivery = deliveries.get(message.delivery) or pending(message)
    if delivery.is_over or len(delivery.attempts) >= message.attempt:
        return False
    failed = delivery.given_up(REASON)
    try:
        deliveries.save(failed, attempts_before=len(delivery.attempts))
    except AlreadyThere:
        return False
    return True
