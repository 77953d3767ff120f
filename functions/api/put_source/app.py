"""PUT /api/v1/campaigns/{cid}/sources/{pid}:
register a source of a campaign, or switch it on and off."""

from http import HTTPStatus

from partner_events.domain.campaign import Source
from partner_events.domain.key import Scope
from partner_events.http.campaigns import PutSourceRequest, SourceReply, checked_pid, source_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.wiring import gate, parts


@endpoint(PutSourceRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutSourceRequest]) -> Answer[SourceReply]:
    pid = checked_pid(request.path["pid"], request.body.pid)
    team, cid = request.caller.team.id, request.path["cid"]
    campaign = find_campaign_of(team, cid, campaigns=parts().campaigns)
    source = Source(
        cid=campaign.cid,
        pid=pid,
        name=request.body.name or pid,
        status=request.body.status,
        promoter_id=request.body.promoter_id,
    )
    created = parts().campaigns.put_source(source)
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, source_reply(source))
