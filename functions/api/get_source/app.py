"""GET /api/v1/campaigns/{cid}/sources/{pid}: one source of a campaign."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.campaigns import SourceReply, source_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[SourceReply]:
    team, cid = request.caller.team.id, request.path["cid"]
    campaign = find_campaign_of(team, cid, campaigns=parts().campaigns)
    found = parts().campaigns.source(campaign.cid, request.path["pid"])
    if found is None:
        raise NotFound("Source not found")
    return Answer(HTTPStatus.OK, source_reply(found))
