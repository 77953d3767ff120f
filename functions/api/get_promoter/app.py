"""GET /api/v1/promoters/{id}: one promoter, with balances and promotions."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import PromoterReply, number_of, promoter_reply
from partner_events.usecases.promoters import find_promoter
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[PromoterReply]:
    found = find_promoter(
        number_of(request.path["id"], "Promoter"),
        team=request.caller.team.id,
        promoters=parts().promoters,
        campaigns=parts().campaigns,
    )
    return Answer(HTTPStatus.OK, promoter_reply(found))
