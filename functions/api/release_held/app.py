"""POST /api/v1/webhooks/endpoints/{id}/held/release: send what the endpoint holds."""

from http import HTTPStatus

from partner_events.domain.ids import EndpointId, ReplayId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.replays import ReplayReply, replay_reply
from partner_events.usecases.order_replay import release_held
from partner_events.wiring import gate, new_id, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ReplayReply]:
    replay = release_held(
        EndpointId(request.path["id"]),
        id=ReplayId(f"rpl_{new_id()}"),
        team=request.caller.team.id,
        now=request.now,
        health=parts().health,
        ports=parts().replay_ports,
    )
    return Answer(HTTPStatus.ACCEPTED, replay_reply(replay))
