"""GET /api/v1/webhooks/endpoints/{id}: one endpoint, without its secret."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.webhook_endpoints import WebhookEndpointReply, webhook_endpoint_reply
from partner_events.usecases.endpoint_standing import standing_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[WebhookEndpointReply]:
    id = EndpointId(request.path["id"])
    found = parts().endpoints.get(request.caller.team.id, id)
    if found is None:
        raise NotFound("Endpoint not found")
    standing = standing_of([found], parts().health)[found.id]
    return Answer(HTTPStatus.OK, webhook_endpoint_reply(found, standing, now=request.now))
