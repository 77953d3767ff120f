"""POST /api/v1/promoters: sign a promoter up, and tell subscribers its first password."""

from http import HTTPStatus
from secrets import randbelow

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import (
    CreatePromoterRequest,
    PromoterReply,
    promoter_reply,
    sent_of,
)
from partner_events.usecases.promoters import create_promoter
from partner_events.wiring import gate, parts


@endpoint(CreatePromoterRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[CreatePromoterRequest]) -> Answer[PromoterReply]:
    created = create_promoter(
        sent_of(request.body),
        request.body.joins,
        team=request.caller.team.id,
        now=request.now,
        randbelow=randbelow,
        ports=parts().promoter_ports,
    )
    return Answer(HTTPStatus.CREATED, promoter_reply(created))
