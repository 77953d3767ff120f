"""POST /api/v1/webhooks/endpoints/{id}/replay: send a window of events again, or count them."""

from datetime import UTC, datetime
from http import HTTPStatus

from partner_events.domain.ids import EndpointId, ReplayId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.replays import ReplayDeliveriesRequest, ReplayReply, replay_reply
from partner_events.usecases.order_replay import replay_deliveries
from partner_events.wiring import gate, new_id, parts


@endpoint(ReplayDeliveriesRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[ReplayDeliveriesRequest]) -> Answer[ReplayReply]:
    replay = replay_deliveries(
        EndpointId(request.path["id"]),
        id=ReplayId(f"rpl_{new_id()}"),
        team=request.caller.team.id,
        **dict(request.body),
        now=request.now,
        clock=lambda: datetime.now(UTC),
        health=parts().health,
        ports=parts().replay_ports,
    )
    status = HTTPStatus.ACCEPTED if replay.is_running else HTTPStatus.OK
    return Answer(status, replay_reply(replay))
