"""POST /api/v1/webhooks/endpoints/{id}/enable: try a disabled endpoint again from now on."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.webhook_endpoints import WebhookEndpointReply, webhook_endpoint_reply
from partner_events.usecases.enable_webhook_endpoint import enable_webhook_endpoint
from partner_events.usecases.endpoint_standing import standing_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[WebhookEndpointReply]:
    enabled = enable_webhook_endpoint(
        EndpointId(request.path["id"]),
        team=request.caller.team.id,
        now=request.now,
        endpoints=parts().endpoints,
        health=parts().health,
        dispatcher=parts().dispatcher,
    )
    standing = standing_of([enabled], parts().health)[enabled.id]
    return Answer(HTTPStatus.OK, webhook_endpoint_reply(enabled, standing, now=request.now))
