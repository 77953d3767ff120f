"""GET /api/v1/webhooks/deliveries: what went to which endpoint, newest first."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.deliveries import (
    ListedDeliveryReply,
    delivery_filters,
    listed_delivery_reply,
)
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.usecases.list_deliveries import list_deliveries
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(
    request: Request[NoBody],
) -> Answer[ListReply[Literal["deliveries"], ListedDeliveryReply]]:
    filters = delivery_filters(request.query)
    page = list_deliveries(
        request.caller.team.id,
        endpoint=filters.endpoint,
        status=filters.status,
        event_type=filters.event_type,
        since=filters.since,
        limit=request.limit,
        cursor=request.cursor,
        now=request.now,
        endpoints=parts().endpoints,
        delivery_list=parts().delivery_list,
        deliveries=parts().deliveries,
    )
    return Answer(HTTPStatus.OK, list_reply("deliveries", page, listed_delivery_reply))
