"""POST /api/v1/webhooks/endpoints/{id}/test: send a sample now, and tell what came of it."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_samples import sample_event
from partner_events.http.try_webhook_endpoint import (
    TryWebhookEndpointReply,
    TryWebhookEndpointRequest,
    try_webhook_endpoint_reply,
)
from partner_events.usecases.try_webhook_endpoint import try_webhook_endpoint
from partner_events.wiring import gate, new_id, parts


@endpoint(TryWebhookEndpointRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[TryWebhookEndpointRequest]) -> Answer[TryWebhookEndpointReply]:
    delivery = try_webhook_endpoint(
        EndpointId(request.path["id"]),
        event=sample_event(request.body.event_type, request.caller.team.id),
        event_id=new_id(),
        now=request.now,
        ports=parts().try_ports,
    )
    return Answer(HTTPStatus.OK, try_webhook_endpoint_reply(delivery))
