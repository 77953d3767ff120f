"""PUT /api/v1/segments/{key}: name the contacts that a rule holds for."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.segments import PutSegmentRequest, SegmentReply, checked_key, segment_reply
from partner_events.usecases.put_segment import put_segment
from partner_events.wiring import gate, parts


@endpoint(PutSegmentRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutSegmentRequest]) -> Answer[SegmentReply]:
    key = checked_key(request.path["key"], request.body.key)
    segment, created = put_segment(
        key,
        name=request.body.name or key,
        rule=request.body.parsed_rule(),
        team=request.caller.team.id,
        now=request.now,
        segments=parts().segments,
    )
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, segment_reply(segment))
