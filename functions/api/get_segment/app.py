"""GET /api/v1/segments/{key}: a segment and its rule."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.segments import SegmentReply, segment_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[SegmentReply]:
    found = parts().segments.get(request.caller.team.id, request.path["key"])
    if found is None:
        raise NotFound("Segment not found")
    return Answer(HTTPStatus.OK, segment_reply(found))
