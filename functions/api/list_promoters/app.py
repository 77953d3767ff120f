"""GET /api/v1/promoters: the promoters of the team, with their balances."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.promoters import PromoterReply, promoter_reply
from partner_events.usecases.promoters import list_promoters
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["promoters"], PromoterReply]]:
    page = list_promoters(
        request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        promoters=parts().promoters,
        campaigns=parts().campaigns,
    )
    return Answer(HTTPStatus.OK, list_reply("promoters", page, promoter_reply))
