"""PUT /api/v1/workflows/{key}: make a new version of a workflow, and put it in force."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.put_workflow import PutWorkflowRequest
from partner_events.http.workflows import WorkflowReply, workflow_reply
from partner_events.usecases.put_workflow import put_workflow
from partner_events.wiring import gate, parts


@endpoint(PutWorkflowRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutWorkflowRequest]) -> Answer[WorkflowReply]:
    workflow, created = put_workflow(
        request.body.definition(),
        request.body.problems(key=request.path["key"]),
        team=request.caller.team.id,
        now=request.now,
        workflows=parts().workflows,
        endpoints=parts().endpoints,
        guard=parts().url_guard,
    )
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, workflow_reply(workflow))
