"""DELETE /api/v1/webhooks/endpoints/{id}: send nothing there any more, retries included."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    parts().endpoints.delete(request.caller.team.id, EndpointId(request.path["id"]))
    return Answer(HTTPStatus.NO_CONTENT)
