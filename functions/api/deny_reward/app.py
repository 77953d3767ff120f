"""POST /api/v1/rewards/{id}/deny: a pending reward is not earned."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.domain.reward import RewardStatus
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.promoters import number_of
from partner_events.http.rewards import RewardReply, reward_reply
from partner_events.usecases.rewards import decide_reward
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[RewardReply]:
    decided = decide_reward(
        number_of(request.path["id"], "Reward"),
        RewardStatus.DENIED,
        team=request.caller.team.id,
        now=request.now,
        ports=parts().reward_ports,
    )
    return Answer(HTTPStatus.OK, reward_reply(decided))
