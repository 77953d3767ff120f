"""POST /api/v1/fulfilments/{id}/fulfil: it was handed over."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import number_of
from partner_events.http.rewards import FulfilmentReply, fulfilment_reply
from partner_events.usecases.fulfilments import fulfil_fulfilment
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[FulfilmentReply]:
    settled = fulfil_fulfilment(
        number_of(request.path["id"], "Fulfilment"),
        team=request.caller.team.id,
        payouts=parts().payouts,
        promoters=parts().promoters,
    )
    return Answer(HTTPStatus.OK, fulfilment_reply(settled))
