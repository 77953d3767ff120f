"""GET /api/v1/segments: the segments of the team."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.segments import SegmentReply, segment_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["segments"], SegmentReply]]:
    page = parts().segments.list(request.caller.team.id, limit=request.limit, cursor=request.cursor)
    return Answer(HTTPStatus.OK, list_reply("segments", page, segment_reply))
