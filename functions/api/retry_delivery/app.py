"""POST /api/v1/webhooks/deliveries/{id}/retry: send it now, whatever came of it before."""

from http import HTTPStatus
from os import urandom

from partner_events.domain.ids import DeliveryId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.deliveries import DeliveryReply, delivery_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.retry_delivery import retry_delivery
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[DeliveryReply]:
    delivery = retry_delivery(
        DeliveryId(request.path["id"]),
        team=request.caller.team.id,
        now=request.now,
        random=urandom,
        deliveries=parts().deliveries,
        endpoints=parts().endpoints,
        health=parts().health,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.ACCEPTED, delivery_reply(delivery))
