"""GET /api/v1/segments: the segments of the team."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import list_reply
from partner_events.http.segments import segment_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer:
    page = parts().segments.list(request.caller.team.id, limit=request.limit, cursor=request.cursor)
    return Answer(HTTPStatus.OK, list_reply("segments", page, segment_reply))
