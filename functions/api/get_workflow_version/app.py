"""GET /api/v1/workflows/{key}/versions/{n}: a version as it was put, for good."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.workflows import WorkflowReply, version_number, workflow_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[WorkflowReply]:
    number = version_number(request.path["n"])
    found = number and parts().workflows.version(
        request.caller.team.id, request.path["key"], number
    )
    if not found:
        raise NotFound("Workflow version not found")
    return Answer(HTTPStatus.OK, workflow_reply(found))
