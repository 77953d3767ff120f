"""DELETE /api/v1/templates/{key}: forget a stored template; steps that name it fail."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    parts().templates.delete(request.caller.team.id, request.path["key"])
    return Answer(HTTPStatus.NO_CONTENT)
