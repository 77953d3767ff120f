"""Retry a delivery now, whatever came of it before, with the whole schedule before it again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from partner_events.delivery_ports import HealthStore
from partner_events.directory_ports import EndpointStore
from partner_events.domain.delivery import Delivery
from partner_events.domain.errors import Conflict
from partner_events.domain.ids import RANDOM_BYTES, DeliveryId, TeamId, time_of, uuid7
from partner_events.domain.messages import DeliverWebhook
from partner_events.ports import DeliveryStore, Dispatcher
from partner_events.usecases.endpoint_standing import refuse_at_rest
from partner_events.usecases.list_deliveries import get_delivery

MILLISECOND = timedelta(milliseconds=1)


def retry_delivery(
    id: DeliveryId,
    *,
    team: TeamId,
    now: datetime,
    random: Callable[[int], bytes],
    deliveries: DeliveryStore,
    endpoints: EndpointStore,
    health: HealthStore,
    dispatcher: Dispatcher,
) -> Delivery:
    """Return the delivery as it goes on. Nothing is written: the message is the promise.

    One that was delivered is sent again, since that was asked for. One that stands in a line
    keeps its place there, and waits for its turn; others don't wait for one that was over.
    Raises `NotFound`, or
    `Conflict` if there is nothing to send, or nowhere to send it to.
    """
    delivery = get_delivery(id, team=team, deliveries=deliveries)
    endpoint = endpoints.get(team, delivery.endpoint)
    if delivery.test:
        raise Conflict("A test is not sent again")
    if endpoint is None:
        raise Conflict("The endpoint was deleted")
    refuse_at_rest(endpoint, health)
    round = _round_after(delivery, now=now, random=random)
    message = DeliverWebhook.of(delivery, attempt=1, round=round, again=True, line="")
    dispatcher.send(message, now=now)
    return replace(delivery.begun_again(message.round), next_attempt_at=now)


def _round_after(delivery: Delivery, *, now: datetime, random: Callable[[int], bytes]) -> str:
    """Name a round that sorts after the last one, even if another clock named that."""
    after = time_of(delivery.round) + MILLISECOND if delivery.round else now
    return uuid7(max(now, after), random(RANDOM_BYTES))
