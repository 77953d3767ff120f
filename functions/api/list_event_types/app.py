"""GET /api/v1/event-types: the team's own event types, then the built-in ones."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_types import EventTypeReply, event_type_reply
from partner_events.http.lists import ListReply, list_reply
from partner_events.usecases.event_types import list_event_types
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["event_types"], EventTypeReply]]:
    page = list_event_types(
        request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        event_types=parts().event_types,
    )
    return Answer(HTTPStatus.OK, list_reply("event_types", page, event_type_reply))
