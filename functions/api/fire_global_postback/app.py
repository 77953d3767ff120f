"""POST /api/event/global/{org_id}: fire an event for a lead of any campaign (D-26)."""

from http import HTTPStatus

from partner_events.domain.ids import TriggerId
from partner_events.http.endpoint import Answer
from partner_events.http.errors import POSTBACKS
from partner_events.http.idempotency import replayed
from partner_events.http.postbacks import (
    GlobalPostbackRequest,
    PostbackReply,
    postback_idempotency,
    postback_reply,
    to_postback,
)
from partner_events.http.public_endpoint import PublicRequest, public_endpoint
from partner_events.usecases.find_campaign import find_campaign
from partner_events.usecases.fire_postback import fire_postback
from partner_events.wiring import new_id, parts, postback_gate


@public_endpoint(GlobalPostbackRequest, dialect=POSTBACKS, gate=postback_gate)
def handler(request: PublicRequest[GlobalPostbackRequest]) -> Answer[PostbackReply]:
    postback, org_id = to_postback(request.body), request.path["org_id"]
    accepted = fire_postback(
        postback,
        find_campaign(org_id, postback, teams=parts().teams, leads=parts().leads),
        id=TriggerId(new_id()),
        sender=request.sender,
        idempotency=postback_idempotency(request, "event/global"),
        answer=postback_reply,
        now=request.now,
        ports=parts().postback_ports,
    )
    return Answer(HTTPStatus.OK, accepted.answer, replayed(accepted.replayed))
