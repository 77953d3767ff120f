"""GET /api/v1/event-types/{name}: one event type."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import event_type_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer:
    found = parts().event_types.get(request.caller.team.id, request.path["name"])
    if found is None:
        raise NotFound("Event type not found")
    return Answer(HTTPStatus.OK, event_type_reply(found))
