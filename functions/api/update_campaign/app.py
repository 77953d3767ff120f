"""PATCH /api/v1/campaigns/{cid}: change what is sent of a campaign."""

from http import HTTPStatus
from os import urandom

from partner_events.domain.key import Scope
from partner_events.http.campaigns import (
    CampaignReply,
    ChangeCampaignRequest,
    campaign_reply,
    settings_of,
)
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import change_campaign
from partner_events.wiring import gate, parts


@endpoint(ChangeCampaignRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[ChangeCampaignRequest]) -> Answer[CampaignReply]:
    asked = "require_signature" in request.body.model_fields_set
    changed, secret = change_campaign(
        request.path["cid"],
        settings_of(request.body),
        team=request.caller.team.id,
        signed=request.body.require_signature if asked else None,
        now=request.now,
        random=urandom,
        campaigns=parts().campaigns,
        secrets=parts().secrets,
    )
    return Answer(HTTPStatus.OK, campaign_reply(changed, secret))
