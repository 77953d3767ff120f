"""Settle fulfilments: handed over, or in trouble, by what subscribers answered (D-44).

The worker that delivers webhooks may not touch the directory, so it sends a message, which the
payout's worker acts on.
"""

from datetime import datetime
from http import HTTPStatus

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.messages import SettleFulfilment
from partner_events.domain.promoter_events import FULFILMENT_PENDING
from partner_events.domain.reward import Fulfilment
from partner_events.jsontext import loads
from partner_events.payout_ports import PayoutStore
from partner_events.ports import AlreadyThere, Dispatcher, TriggerStore
from partner_events.usecases.own_events import own_event_id

FAILURES_BEFORE_ISSUES = 7


def send_settlement(delivery: Delivery, *, now: datetime, dispatcher: Dispatcher) -> None:
    """Send what a delivery's outcome means for its fulfilment. Repeating it is harmless.

    To be called once the attempt is recorded, and again whenever that message comes again.
    """
    message = settlement(delivery)
    if message is not None:
        dispatcher.send(message, now=now)


def settlement(delivery: Delivery) -> SettleFulfilment | None:
    """Read an outcome: 200 hands over, another 2xx says nothing, and failures are issues.

    They are after the seventh, and at once if nobody will try again.
    """
    if delivery.event_type != FULFILMENT_PENDING or not delivery.attempts:
        return None
    last = delivery.attempts[-1]
    if delivery.status is DeliveryStatus.DELIVERED:
        if last.status_code != HTTPStatus.OK:
            return None
    elif last.succeeded or not _hopeless(delivery):
        return None
    return SettleFulfilment(
        team=delivery.team,
        event=delivery.event,
        delivery=delivery.id,
        fulfilled=delivery.status is DeliveryStatus.DELIVERED,
    )


def settle_fulfilment(
    message: SettleFulfilment, *, triggers: TriggerStore, payouts: PayoutStore
) -> Fulfilment | None:
    """Mark the fulfilment that a delivery was about; doing it again changes nothing.

    Events of this type may be sent by anybody with a key: only the one that we told of the
    fulfilment ourselves settles it.
    """
    trigger = triggers.get(message.event)
    number = loads(trigger.event.data).get("id") if trigger else None
    fulfilment = payouts.fulfilment(message.team, number) if isinstance(number, int) else None
    if fulfilment is None or message.event != _event_of(fulfilment):
        return None
    settled = fulfilment.fulfilled() if message.fulfilled else fulfilment.with_issues()
    if settled != fulfilment:
        try:
            payouts.settle(settled)
        except AlreadyThere:  # it was handed over meanwhile
            return None
    return settled


def _hopeless(delivery: Delivery) -> bool:
    tried_enough = len(delivery.attempts) >= FAILURES_BEFORE_ISSUES
    return tried_enough or delivery.status is DeliveryStatus.FAILED


def _event_of(fulfilment: Fulfilment) -> str:
    return own_event_id(FULFILMENT_PENDING, fulfilment.conversion, team=fulfilment.team)
