"""POST /api/v1/workflows/{key}/status: activate, pause or archive a workflow."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.set_workflow_status import SetWorkflowStatusRequest
from partner_events.http.workflows import WorkflowReply, workflow_reply
from partner_events.usecases.set_workflow_status import set_workflow_status
from partner_events.wiring import gate, parts


@endpoint(SetWorkflowStatusRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[SetWorkflowStatusRequest]) -> Answer[WorkflowReply]:
    workflow = set_workflow_status(
        request.path["key"],
        request.body.status,
        team=request.caller.team.id,
        now=request.now,
        workflows=parts().workflows,
    )
    return Answer(HTTPStatus.OK, workflow_reply(workflow))
