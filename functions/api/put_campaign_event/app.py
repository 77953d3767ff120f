"""PUT /api/v1/campaigns/{cid}/events/{event_id}:
let an event be fired in a campaign, or change how."""

from http import HTTPStatus

from partner_events.domain.campaign import CampaignEvent
from partner_events.domain.key import Scope
from partner_events.http.campaigns import (
    CampaignEventReply,
    PutCampaignEventRequest,
    campaign_event_reply,
    checked_event_id,
)
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.wiring import gate, parts


@endpoint(PutCampaignEventRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutCampaignEventRequest]) -> Answer[CampaignEventReply]:
    event_id = checked_event_id(request.path["event_id"], request.body.event_id)
    team, cid = request.caller.team.id, request.path["cid"]
    campaign = find_campaign_of(team, cid, campaigns=parts().campaigns)
    event = CampaignEvent(
        cid=campaign.cid,
        event_id=event_id,
        name=request.body.name or event_id,
        conversion=request.body.conversion,
        repeats=request.body.isDuplicate,
    )
    created = parts().campaigns.put_event(event)
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, campaign_event_reply(event))
