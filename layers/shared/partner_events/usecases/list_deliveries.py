"""List deliveries by time, newest first: of one endpoint, or of all that the team has."""

from datetime import datetime, timedelta

from partner_events.delivery_ports import DeliveryList
from partner_events.directory_ports import EndpointStore
from partner_events.domain.delivery import Delivery, DeliveryStatus, ListedDelivery
from partner_events.domain.endpoint import covers
from partner_events.domain.errors import NotFound
from partner_events.domain.ids import DeliveryId, EndpointId, TeamId
from partner_events.domain.page import Page
from partner_events.ports import DeliveryStore

KEPT_FOR = timedelta(days=90)  # as long as the log, which old events can be replayed from
MOST_LOOKED_AT = 3_000  # so that a status that hardly any delivery has cannot exhaust a request
AHEAD = timedelta(hours=1)  # other machines' clocks


def list_deliveries(
    team: TeamId,
    *,
    endpoint: EndpointId | None,
    status: DeliveryStatus | None,
    event_type: str | None,
    since: datetime | None,
    limit: int,
    cursor: str | None,
    now: datetime,
    endpoints: EndpointStore,
    delivery_list: DeliveryList,
    deliveries: DeliveryStore,
) -> Page[Delivery]:
    """Return up to `limit` deliveries that match; a deleted endpoint's are found by its id.

    A page may be short, or empty, and yet have a cursor by which the search goes on.
    """
    found: list[DeliveryId] = []
    last = cursor
    walk = delivery_list.walk(
        [endpoint] if endpoint else [each.id for each in endpoints.all(team)],
        since=max(since or now - KEPT_FOR, now - KEPT_FOR),
        until=now + AHEAD,
        held=None if status is None else status is DeliveryStatus.HELD,
        newest_first=True,
        cursor=cursor,
        at_once=limit + 1,
    )
    after = None
    for looked_at, (listed, place) in enumerate(walk):
        wanted = listed.team == team and _matches(listed, status, event_type)
        if looked_at == MOST_LOOKED_AT or (wanted and len(found) == limit):
            after = last
            break
        if wanted:
            found.append(listed.id)
        last = place
    return Page(deliveries.get_all(found), after)


def get_delivery(id: DeliveryId, *, team: TeamId, deliveries: DeliveryStore) -> Delivery:
    delivery = deliveries.get(id)
    if delivery is None or delivery.team != team:
        raise NotFound("Delivery not found")
    return delivery


def _matches(listed: ListedDelivery, status: DeliveryStatus | None, event_type: str | None) -> bool:
    if status is not None and listed.status is not status:
        return False
    return event_type is None or covers(event_type, listed.event_type)
