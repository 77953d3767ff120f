"""GET /api/v1/webhooks/deliveries/{id}: one delivery, with every attempt."""

from http import HTTPStatus

from partner_events.domain.ids import DeliveryId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.deliveries import DeliveryReply, delivery_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.list_deliveries import get_delivery
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[DeliveryReply]:
    delivery = get_delivery(
        DeliveryId(request.path["id"]),
        team=request.caller.team.id,
        deliveries=parts().deliveries,
    )
    return Answer(HTTPStatus.OK, delivery_reply(delivery))
