"""GET /api/v1/triggers/{id}/workflow: what an event led to, and why the rest did not."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.audiences import audience_workflow_reply
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.triggers import TriggerWorkflowReply
from partner_events.usecases.get_trigger import get_trigger
from partner_events.usecases.show_executions import show_executions
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TriggerWorkflowReply]:
    trigger = get_trigger(
        request.path["id"], team=request.caller.team.id, triggers=parts().triggers
    )
    shown = show_executions(
        trigger,
        limit=request.limit,
        cursor=request.cursor,
        audiences=parts().audiences,
        executions=parts().executions,
    )
    reply = audience_workflow_reply(trigger, shown.executions, shown.filtered, shown.cursor)
    return Answer(HTTPStatus.OK, reply)
