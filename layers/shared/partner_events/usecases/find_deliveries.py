"""Find the deliveries that an event led to, those that were not tried yet among them."""

from collections.abc import Sequence

from partner_events.domain.delivery import Delivery
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.ids import delivery_id
from partner_events.domain.log import shard_of
from partner_events.domain.trigger import Trigger
from partner_events.ports import DeliveryStore
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.hear_event import hearing


def find_deliveries(
    trigger: Trigger, *, routing: RoutingTable, deliveries: DeliveryStore
) -> Sequence[Delivery]:
    """Look one up for each endpoint that hears the event now and stood when it was accepted."""
    if not trigger.has_fired:
        return []
    return [
        _delivery(trigger, endpoint, deliveries)
        for endpoint in hearing(routing.of(trigger.event.team).endpoints, trigger)
        if endpoint.created_at <= trigger.created_at
    ]


def _delivery(trigger: Trigger, endpoint: Endpoint, deliveries: DeliveryStore) -> Delivery:
    id = delivery_id(trigger.event.team, trigger.id, endpoint.id)
    assert trigger.position is not None
    return deliveries.get(id) or Delivery(
        id=id,
        team=trigger.event.team,
        endpoint=endpoint.id,
        event=trigger.id,
        event_type=trigger.event.name,
        position=trigger.position,
        shard=shard_of(trigger.position),
        format=endpoint.format,
        created_at=trigger.occurred_at,
    )
