"""DELETE /api/v1/event-types/{name}: accept no more events of this name."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.event_types import delete_event_type
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    delete_event_type(
        request.path["name"], team=request.caller.team.id, event_types=parts().event_types
    )
    return Answer(HTTPStatus.NO_CONTENT)
