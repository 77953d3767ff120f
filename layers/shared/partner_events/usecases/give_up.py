"""Give up on a message that failed every time, and say so where its owner will look."""

from dataclasses import replace
from datetime import datetime

from partner_events.delivery_ports import ReplayStore
from partner_events.domain.delivery import Failure
from partner_events.domain.messages import (
    BookReward,
    DeliverWebhook,
    EndExecution,
    FanOut,
    HearEvent,
    Message,
    RunReplay,
    RunStep,
    RunTrigger,
    SettleFulfilment,
    TellEvent,
)
from partner_events.domain.ordering import RECORDED_BY_THEN
from partner_events.domain.replay import ReplayStatus
from partner_events.ports import (
    AlreadyThere,
    DeliveryStore,
    Dispatcher,
    ExecutionStore,
    TriggerStore,
)
from partner_events.usecases.deliver_webhook import begun_again, pending
from partner_events.usecases.send_settlement import send_settlement

REASON = "internal"  # our own fault, never the customer's


def give_up(
    message: Message,
    *,
    now: datetime,
    triggers: TriggerStore,
    executions: ExecutionStore,
    deliveries: DeliveryStore,
    replays: ReplayStore,
    dispatcher: Dispatcher,
) -> bool:
    """Mark the trigger, execution, delivery or replay of a dead letter as failed.

    Tells whether there was something to mark: a message whose work is over, or whose request
    was never answered with an id, leaves nothing behind.
    """
    match message:
        case RunTrigger() | FanOut():
            return triggers.fail(message.trigger, reason=REASON, now=now)
        case RunStep():
            return _give_up_step(message, now, executions, dispatcher)
        case DeliverWebhook():
            return _give_up_delivery(message, now, deliveries, dispatcher)
        case RunReplay():
            return _give_up_replay(message, now, replays)
        case EndExecution() | HearEvent():
            return False  # it goes on, and ends by itself
        case TellEvent():
            return False  # what it tells of is on record where it happened
        case BookReward() | SettleFulfilment():
            return False  # the conversion or the delivery stands; its name is in our own logs


def _give_up_step(
    message: RunStep, now: datetime, executions: ExecutionStore, dispatcher: Dispatcher
) -> bool:
    if executions.fail(message, reason=REASON, now=now):
        return True
    execution = executions.get(message)
    if execution is not None and not execution.is_over:
        _ask_for_what_is_next(message, now, dispatcher)
    return False


def _ask_for_what_is_next(
    message: RunStep | DeliverWebhook, now: datetime, dispatcher: Dispatcher
) -> None:
    """Send a copy of a message whose work is on record, for the worker to find it stale.

    The last one that had the message may have died after its record, before it sent what
    follows from it; for a promise that is done again.
    """
    dispatcher.send(replace(message, promise=True, due_at=None), now=now)


def _give_up_replay(message: RunReplay, now: datetime, replays: ReplayStore) -> bool:
    replay = replays.get(message.replay)
    if replay is None or not replay.is_running or replay.page != message.page:
        return False
    try:
        replays.save(replay.ended(ReplayStatus.FAILED, now=now), previous=replay)
    except AlreadyThere:
        return False
    return True


def _give_up_delivery(
    message: DeliverWebhook, now: datetime, deliveries: DeliveryStore, dispatcher: Dispatcher
) -> bool:
    standing = deliveries.get(message.delivery)
    delivery = standing or pending(message)
    if message.round > delivery.round:
        delivery = begun_again(delivery, message)
    is_recorded = len(delivery.attempts) >= max(message.attempt, delivery.earlier + 1)
    if is_recorded and message.round == delivery.round:
        _ask_for_what_is_next(message, now, dispatcher)
        return False
    if is_recorded or delivery.rests or message.round < delivery.round:
        return False
    if delivery.in_line:
        dispatcher.send(replace(message, due_at=now + RECORDED_BY_THEN), now=now)
    given_up = delivery.given_up(Failure.INTERNAL)
    send_settlement(given_up, now=now, dispatcher=dispatcher)
    try:
        deliveries.save(given_up, standing=standing)
    except AlreadyThere:
        return False
    return True
