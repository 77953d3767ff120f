"""DELETE /api/v1/campaigns/{cid}/sources/{pid}: take its postbacks no more."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    team, cid = request.caller.team.id, request.path["cid"]
    campaign = find_campaign_of(team, cid, campaigns=parts().campaigns)
    parts().campaigns.delete_source(campaign.cid, request.path["pid"])
    return Answer(HTTPStatus.NO_CONTENT)
