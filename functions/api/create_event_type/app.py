"""POST /api/v1/event-types: register an event name, so that events of it are accepted."""

from http import HTTPStatus

from partner_events.domain.errors import Conflict
from partner_events.domain.event_type import EventType
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import CreateEventTypeRequest, event_type_reply
from partner_events.ports import AlreadyThere
from partner_events.wiring import gate, parts


@endpoint(CreateEventTypeRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[CreateEventTypeRequest]) -> Answer:
    event_type = EventType(
        team=request.caller.team.id,
        name=request.body.name,
        description=request.body.description,
        created_at=request.now,
    )
    try:
        parts().event_types.add(event_type)
    except AlreadyThere as error:
        raise Conflict(f"The event type {event_type.name} exists already") from error
    return Answer(HTTPStatus.CREATED, event_type_reply(event_type))
