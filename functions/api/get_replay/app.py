"""GET /api/v1/webhooks/replays/{id}: how far a replay, release or discarding has come."""

from http import HTTPStatus

from partner_events.domain.ids import ReplayId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.replays import ReplayReply, replay_reply
from partner_events.usecases.follow_replay import get_replay
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ReplayReply]:
    id, team = ReplayId(request.path["id"]), request.caller.team.id
    return Answer(HTTPStatus.OK, replay_reply(get_replay(id, team=team, replays=parts().replays)))
