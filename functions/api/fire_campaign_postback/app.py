"""POST /api/event/{campaign_id}: fire an event for a lead, and tell of it what is new."""

from http import HTTPStatus

from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TriggerId
from partner_events.http.campaign_postbacks import (
    CampaignPostbackReply,
    CampaignPostbackRequest,
    campaign_postback_reply,
)
from partner_events.http.endpoint import Answer
from partner_events.http.errors import CAMPAIGN_POSTBACKS
from partner_events.http.idempotency import replayed
from partner_events.http.postbacks import postback_idempotency
from partner_events.http.public_endpoint import PublicRequest, public_endpoint
from partner_events.usecases.fire_postback import fire_postback
from partner_events.wiring import new_id, parts, postback_gate


@public_endpoint(CampaignPostbackRequest, dialect=CAMPAIGN_POSTBACKS, gate=postback_gate)
def handler(request: PublicRequest[CampaignPostbackRequest]) -> Answer[CampaignPostbackReply]:
    accepted = fire_postback(
        request.body.to_postback(),
        CampaignId(request.path["campaign_id"]),
        id=TriggerId(new_id()),
        sender=request.sender,
        idempotency=postback_idempotency(request, "event/campaign"),
        answer=campaign_postback_reply,
        now=request.now,
        ports=parts().postback_ports,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
