"""DELETE /api/v1/segments/{key}: forget a segment; nobody is in it any more."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    parts().segments.delete(request.caller.team.id, request.path["key"])
    return Answer(HTTPStatus.NO_CONTENT)
