"""POST /api/v1/workflows/{key}/preview: say what would happen, and touch nothing."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.preview_workflow import PreviewReply, preview_reply, preview_step_reply
from partner_events.http.send_event import SendEventRequest
from partner_events.usecases.preview_workflow import preview_workflow
from partner_events.wiring import gate, parts


@endpoint(SendEventRequest, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[SendEventRequest]) -> Answer[PreviewReply]:
    found = preview_workflow(
        request.path["key"],
        request.body.to_event(request.caller.team.id),
        now=request.now,
        envelope=parts().bodies.of_notice,
        segments=parts().segments,
        ports=parts().step_ports,
    )
    steps = [
        preview_step_reply(each.step, each.type, each.at, each.made, each.effects)
        for each in found.steps
    ]
    reply = preview_reply(found.workflow, found.contact, found.reason, found.status, steps)
    return Answer(HTTPStatus.OK, reply)
