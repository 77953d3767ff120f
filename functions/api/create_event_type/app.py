"""POST /api/v1/event-types: register an event name, so that events of it are accepted."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import CreateEventTypeRequest, EventTypeReply, event_type_reply
from partner_events.usecases.event_types import add_event_type
from partner_events.wiring import gate, parts


@endpoint(CreateEventTypeRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[CreateEventTypeRequest]) -> Answer[EventTypeReply]:
    event_type = request.body.to_event_type(request.caller.team.id, now=request.now)
    add_event_type(event_type, event_types=parts().event_types)
    return Answer(HTTPStatus.CREATED, event_type_reply(event_type))
