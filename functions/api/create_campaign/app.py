"""POST /api/v1/campaigns: create a campaign; its signing secret, if any, is shown this once."""

from http import HTTPStatus
from os import urandom

from partner_events.domain.key import Scope
from partner_events.http.campaigns import (
    CampaignReply,
    CreateCampaignRequest,
    campaign_reply,
    settings_of,
)
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import create_campaign
from partner_events.wiring import gate, parts


@endpoint(CreateCampaignRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[CreateCampaignRequest]) -> Answer[CampaignReply]:
    created, secret = create_campaign(
        request.body.cid,
        settings_of(request.body),
        team=request.caller.team.id,
        signed=request.body.require_signature,
        now=request.now,
        random=urandom,
        campaigns=parts().campaigns,
        numbers=parts().numbers,
        secrets=parts().secrets,
    )
    return Answer(HTTPStatus.CREATED, campaign_reply(created, secret))
