"""GET /api/v1/campaigns/{cid}: one campaign, without its secret."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.campaigns import CampaignReply, campaign_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[CampaignReply]:
    team, cid = request.caller.team.id, request.path["cid"]
    found = find_campaign_of(team, cid, campaigns=parts().campaigns)
    return Answer(HTTPStatus.OK, campaign_reply(found))
