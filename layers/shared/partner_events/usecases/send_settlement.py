"""Tell the payout how a `fulfilment_pending` was answered (D-44).

The worker that delivers webhooks may not touch the directory, so it sends a message to the
payout's worker, which acts on it in `settle_fulfilment`.
"""

from datetime import datetime
from http import HTTPStatus

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.messages import SettleFulfilment
from partner_events.domain.promoter_event_names import FULFILMENT_PENDING
from partner_events.ports import Dispatcher

FAILURES_BEFORE_ISSUES = 7


def send_settlement(delivery: Delivery, *, now: datetime, dispatcher: Dispatcher) -> None:
    """Send what a delivery's outcome means for its fulfilment. Repeating it is harmless.

    To be called once an attempt is recorded, and again whenever that message comes again; where
    nobody would call it again, before the end is recorded: trouble that was told of too early
    is no trouble any more once the fulfilment is handed over.
    """
    message = settlement(delivery)
    if message is not None:
        dispatcher.send(message, now=now)


def settlement(delivery: Delivery) -> SettleFulfilment | None:
    """Read an outcome: 200 hands over, another 2xx says nothing, and failures are issues.

    They are after the seventh, and at once if nobody will try again, were it for the first time.
    """
    if delivery.event_type != FULFILMENT_PENDING:
        return None
    if delivery.status is DeliveryStatus.DELIVERED:
        if delivery.attempts[-1].status_code != HTTPStatus.OK:
            return None
    elif _was_taken(delivery) or not _hopeless(delivery):
        return None
    return SettleFulfilment(
        team=delivery.team,
        event=delivery.event,
        delivery=delivery.id,
        fulfilled=delivery.status is DeliveryStatus.DELIVERED,
    )


def _was_taken(delivery: Delivery) -> bool:
    """Tell whether it succeeded before: it was begun again, and nothing came of that yet."""
    return bool(delivery.attempts) and delivery.attempts[-1].succeeded


def _hopeless(delivery: Delivery) -> bool:
    tried_enough = len(delivery.attempts) >= FAILURES_BEFORE_ISSUES
    return tried_enough or delivery.status is DeliveryStatus.FAILED
