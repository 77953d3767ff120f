"""GET /api/v1/triggers/{id}/workflow: what an event led to, and why the rest did not."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.triggers import TriggerWorkflowReply, trigger_workflow_reply
from partner_events.usecases.get_trigger import get_trigger
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TriggerWorkflowReply]:
    trigger = get_trigger(
        request.path["id"], team=request.caller.team.id, triggers=parts().triggers
    )
    begun = parts().executions.of_trigger(trigger.id)
    return Answer(HTTPStatus.OK, trigger_workflow_reply(trigger, begun))
