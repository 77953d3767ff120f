"""PATCH /api/v1/webhooks/endpoints/{id}: change what is sent of an endpoint."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.webhook_endpoints import (
    ChangeWebhookEndpointRequest,
    WebhookEndpointReply,
    settings_of,
    webhook_endpoint_reply,
)
from partner_events.usecases.change_webhook_endpoint import change_webhook_endpoint
from partner_events.usecases.endpoint_standing import standing_of
from partner_events.wiring import gate, parts


@endpoint(ChangeWebhookEndpointRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[ChangeWebhookEndpointRequest]) -> Answer[WebhookEndpointReply]:
    changed = change_webhook_endpoint(
        EndpointId(request.path["id"]),
        settings_of(request.body),
        team=request.caller.team.id,
        now=request.now,
        endpoints=parts().endpoints,
        sender=parts().sender,
    )
    standing = standing_of([changed], parts().health)[changed.id]
    return Answer(HTTPStatus.OK, webhook_endpoint_reply(changed, standing, now=request.now))
