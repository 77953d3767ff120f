"""GET /api/v1/templates: the stored templates of the team."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.message_templates import TemplateReply, template_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["templates"], TemplateReply]]:
    page = parts().templates.list(
        request.caller.team.id, limit=request.limit, cursor=request.cursor
    )
    return Answer(HTTPStatus.OK, list_reply("templates", page, template_reply))
