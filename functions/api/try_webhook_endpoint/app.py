"""POST /api/v1/webhooks/endpoints/{id}/test: send a sample now, and tell what came of it."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.try_webhook_endpoint import (
    TryWebhookEndpointRequest,
    try_webhook_endpoint_reply,
)
from partner_events.usecases.try_webhook_endpoint import try_webhook_endpoint
from partner_events.wiring import gate, new_id, parts


@endpoint(TryWebhookEndpointRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[TryWebhookEndpointRequest]) -> Answer:
    delivery = try_webhook_endpoint(
        EndpointId(request.path["id"]),
        team=request.caller.team.id,
        event_type=request.body.event_type,
        data=request.body.data,
        event_id=new_id(),
        now=request.now,
        ports=parts().try_ports,
    )
    return Answer(HTTPStatus.OK, try_webhook_endpoint_reply(delivery))
