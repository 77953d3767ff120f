"""PATCH /api/v1/promoters/{id}: change what is sent of a promoter."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import (
    ChangePromoterRequest,
    PromoterReply,
    number_of,
    promoter_reply,
    sent_of,
)
from partner_events.usecases.promoters import change_promoter
from partner_events.wiring import gate, parts


@endpoint(ChangePromoterRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[ChangePromoterRequest]) -> Answer[PromoterReply]:
    changed = change_promoter(
        number_of(request.path["id"], "Promoter"),
        sent_of(request.body),
        team=request.caller.team.id,
        now=request.now,
        promoters=parts().promoters,
        campaigns=parts().campaigns,
    )
    return Answer(HTTPStatus.OK, promoter_reply(changed))
