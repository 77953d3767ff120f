"""GET /api/v1/workflows: the workflows of the team, each in the version in force."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.workflows import WorkflowReply, status_asked, workflow_reply
from partner_events.usecases.list_workflows import list_workflows
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["workflows"], WorkflowReply]]:
    page = list_workflows(
        request.caller.team.id,
        event=request.query.get("event"),
        status=status_asked(request.query.get("status")),
        limit=request.limit,
        cursor=request.cursor,
        workflows=parts().workflows,
    )
    return Answer(HTTPStatus.OK, list_reply("workflows", page, workflow_reply))
