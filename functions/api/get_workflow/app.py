"""GET /api/v1/workflows/{key}: a workflow in the version in force."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.workflows import WorkflowReply, workflow_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[WorkflowReply]:
    found = parts().workflows.get(request.caller.team.id, request.path["key"])
    if found is None:
        raise NotFound("Workflow not found")
    return Answer(HTTPStatus.OK, workflow_reply(found))
