"""POST /api/v1/executions/{id}/replay: run an execution once more, from a step on."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.replay_execution import (
    ReplayedExecutionReply,
    ReplayExecutionRequest,
    replayed_execution_reply,
)
from partner_events.usecases.replay_execution import Version, replay_execution
from partner_events.wiring import gate, new_id, parts


@endpoint(ReplayExecutionRequest, scope=Scope.EVENTS_WRITE, gate=gate)
def handler(request: Request[ReplayExecutionRequest]) -> Answer[ReplayedExecutionReply]:
    accepted = replay_execution(
        request.path["id"],
        from_step=request.body.from_step,
        version=Version(request.body.version),
        team=request.caller.team.id,
        cause=new_id(),
        idempotency=idempotency(request, route=f"executions/{request.path['id']}/replay"),
        answer=replayed_execution_reply,
        now=request.now,
        triggers=parts().triggers,
        executions=parts().executions,
        workflows=parts().workflows,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
