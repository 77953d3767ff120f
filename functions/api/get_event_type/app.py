"""GET /api/v1/event-types/{name}: one event type."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import EventTypeReply, event_type_reply
from partner_events.usecases.event_types import find_event_type
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[EventTypeReply]:
    found = find_event_type(
        request.path["name"], team=request.caller.team.id, event_types=parts().event_types
    )
    return Answer(HTTPStatus.OK, event_type_reply(found))
