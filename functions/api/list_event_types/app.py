"""GET /api/v1/event-types: the team's own event types, then the built-in ones."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import event_type_reply
from partner_events.http.lists import list_reply
from partner_events.usecases.event_types import list_event_types
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer:
    page = list_event_types(
        request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        event_types=parts().event_types,
    )
    return Answer(HTTPStatus.OK, list_reply("event_types", page, event_type_reply))
