"""POST /api/v1/webhooks/replays/{id}/cancel: what was not sent yet is not sent."""

from http import HTTPStatus

from partner_events.domain.ids import ReplayId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.replays import ReplayReply, replay_reply
from partner_events.usecases.follow_replay import cancel_replay
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ReplayReply]:
    replay = cancel_replay(
        ReplayId(request.path["id"]),
        team=request.caller.team.id,
        now=request.now,
        replays=parts().replays,
    )
    return Answer(HTTPStatus.OK, replay_reply(replay))
