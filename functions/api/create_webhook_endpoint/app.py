"""POST /api/v1/webhooks/endpoints: subscribe a url; its signing secret is shown this once."""

from http import HTTPStatus
from os import urandom

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.webhook_endpoints import (
    CreateWebhookEndpointRequest,
    NewWebhookEndpointReply,
    settings_of,
    webhook_endpoint_reply,
)
from partner_events.usecases.create_webhook_endpoint import create_webhook_endpoint
from partner_events.wiring import gate, new_id, parts


@endpoint(CreateWebhookEndpointRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[CreateWebhookEndpointRequest]) -> Answer[NewWebhookEndpointReply]:
    created, secret = create_webhook_endpoint(
        settings_of(request.body),
        id=EndpointId(f"ep_{new_id()}"),
        team=request.caller.team.id,
        secret=request.body.secret,
        now=request.now,
        random=urandom,
        endpoints=parts().endpoints,
        secrets=parts().secrets,
        sender=parts().sender,
    )
    shown = webhook_endpoint_reply(created, now=request.now)
    return Answer(HTTPStatus.CREATED, {**shown, "secret": secret})
