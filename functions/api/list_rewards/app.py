"""GET /api/v1/rewards: what promoters earned, filtered by `promoter` and `status`."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.rewards import RewardReply, reward_reply, wanted_promoter, wanted_status
from partner_events.usecases.rewards import list_rewards
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["rewards"], RewardReply]]:
    page = list_rewards(
        request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        promoter=wanted_promoter(request.query),
        status=wanted_status(request.query),
        payouts=parts().payouts,
        promoters=parts().promoters,
    )
    return Answer(HTTPStatus.OK, list_reply("rewards", page, reward_reply))
