"""Let the deliveries of one line go one after the other, without anybody asking in vain.

A delivery enters its line before its first message is sent, and leaves it once it is over on
record (or lets the others pass). Whoever is not at the head is recorded as waiting, and its
message ends there: whoever leaves, or is held, sends a message for the one behind it that is
recorded so. One that is not has a message of its own under way, which finds out for itself.

Nobody is overlooked: one looks who is ahead *after* it was recorded, the other looks who is
behind *after* it left. At worst both notice, and a webhook is sent twice, as any may be.

What a worker cannot know of is a message that never comes, since whoever put the delivery in
line died for good, and a place that lapsed because somebody left it held for too long. So who
waits behind one without a record, or behind one that is held, sees to it that somebody looks
again, in a while.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from partner_events.delivery_ports import Lines
from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.errors import TryLater
from partner_events.domain.messages import DeliverWebhook
from partner_events.ports import AlreadyThere, DeliveryStore, Dispatcher

LOOK_AT_THE_SILENT = timedelta(minutes=10)
LOOK_AT_THE_HELD = timedelta(days=1)


class NotYet(Exception):
    """Somebody of its line goes first, and will call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPorts:
    """What keeping order needs."""

    lines: Lines
    deliveries: DeliveryStore
    dispatcher: Dispatcher


def take_turn(
    delivery: Delivery, standing: Delivery | None, *, now: datetime, ports: OrderPorts
) -> Delivery | None:
    """Return the record of a delivery that is at the head of its line, None if there is none.

    Else record that it waits, which is no attempt, and raise `NotYet`; or `TryLater`, if
    another worker has recorded anything meanwhile.
    """
    place = DeliverWebhook.of(delivery)
    if ports.lines.before(place) is None:
        return standing
    ports.lines.enter([place], now=now)
    if standing != delivery:
        try:
            ports.deliveries.save(delivery, standing=standing)
        except AlreadyThere as error:
            raise TryLater("It is recorded already", after=timedelta(seconds=1)) from error
    ahead = ports.lines.before(place)
    if ahead is None:
        return delivery
    _mind(ahead, place, now=now, ports=ports)
    raise NotYet


def step_out(
    delivery: Delivery, message: DeliverWebhook, *, now: datetime, ports: OrderPorts
) -> None:
    """Leave the line and call the next, if the record says so. Doing it again is harmless.

    One that is held keeps its place; the next is held too, or waits for it.
    """
    line = delivery.line or message.line
    if not line or (delivery.in_line and delivery.status is not DeliveryStatus.HELD):
        return
    place = DeliverWebhook.of(delivery, line=line, round=max(delivery.round, message.round))
    if not delivery.in_line:
        ports.lines.leave(place)
    behind = ports.lines.after(place)
    waiting = ports.deliveries.get(behind.delivery) if behind else None
    if waiting and waiting.in_line and not waiting.rests:
        due_at = max(now, waiting.next_attempt_at or now)
        ports.dispatcher.send(DeliverWebhook.of(waiting, due_at=due_at), now=now)


def _mind(
    ahead: DeliverWebhook, place: DeliverWebhook, *, now: datetime, ports: OrderPorts
) -> None:
    known = ports.deliveries.get(ahead.delivery)
    if known is None or not known.in_line:
        ports.dispatcher.send(replace(ahead, due_at=now + LOOK_AT_THE_SILENT), now=now)
    elif known.status is DeliveryStatus.HELD:
        ports.dispatcher.send(replace(place, due_at=now + LOOK_AT_THE_HELD), now=now)
