"""GET /api/v1/campaigns/{cid}/promotions/{ref_id}: one promotion, with its referral link."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import PromotionReply, promotion_reply
from partner_events.usecases.promotions import find_promotion
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[PromotionReply]:
    found = find_promotion(
        request.path["cid"],
        request.path["ref_id"],
        team=request.caller.team.id,
        campaigns=parts().campaigns,
        promoters=parts().promoters,
    )
    return Answer(HTTPStatus.OK, promotion_reply(found))
