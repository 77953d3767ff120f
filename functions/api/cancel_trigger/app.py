"""POST /api/v1/triggers/{id}/cancel: what has not happened yet never will."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.triggers import TriggerReply, trigger_reply
from partner_events.usecases.cancel_trigger import cancel_trigger
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TriggerReply]:
    trigger = cancel_trigger(
        request.path["id"],
        team=request.caller.team.id,
        now=request.now,
        triggers=parts().triggers,
        executions=parts().executions,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.OK, trigger_reply(trigger))
