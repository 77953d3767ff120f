"""PUT /api/v1/campaigns/{cid}/promotions/{ref_id}:
let a promoter take part in a campaign, or switch that off."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import (
    PromotionReply,
    PutPromotionRequest,
    checked_ref_id,
    promotion_reply,
)
from partner_events.usecases.promotions import WantedPromotion, put_promotion
from partner_events.wiring import gate, parts


@endpoint(PutPromotionRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutPromotionRequest]) -> Answer[PromotionReply]:
    ref_id, body = checked_ref_id(request.path["ref_id"], request.body.ref_id), request.body
    promotion, created = put_promotion(
        request.path["cid"],
        WantedPromotion(ref_id=ref_id, promoter=body.promoter_id, status=body.status),
        team=request.caller.team.id,
        now=request.now,
        campaigns=parts().campaigns,
        promoters=parts().promoters,
        numbers=parts().numbers,
    )
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, promotion_reply(promotion))
