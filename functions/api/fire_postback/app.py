"""POST /api/event/trigger: fire an event for a lead; the body names the campaign."""

from http import HTTPStatus

from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TriggerId
from partner_events.http.endpoint import Answer
from partner_events.http.errors import POSTBACKS
from partner_events.http.idempotency import replayed
from partner_events.http.postbacks import (
    PostbackReply,
    PostbackRequest,
    postback_idempotency,
    postback_reply,
    to_postback,
)
from partner_events.http.public_endpoint import PublicRequest, public_endpoint
from partner_events.usecases.fire_postback import fire_postback
from partner_events.wiring import new_id, parts, postback_gate


@public_endpoint(PostbackRequest, dialect=POSTBACKS, gate=postback_gate)
def handler(request: PublicRequest[PostbackRequest]) -> Answer[PostbackReply]:
    accepted = fire_postback(
        to_postback(request.body),
        CampaignId(request.body.cid),
        id=TriggerId(new_id()),
        sender=request.sender,
        idempotency=postback_idempotency(request, "event/trigger"),
        answer=postback_reply,
        now=request.now,
        ports=parts().postback_ports,
    )
    return Answer(HTTPStatus.OK, accepted.answer, replayed(accepted.replayed))
