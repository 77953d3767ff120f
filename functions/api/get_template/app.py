"""GET /api/v1/templates/{key}: a stored text of messages."""

from http import HTTPStatus

from partner_events.domain.errors import NotFound
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.message_templates import TemplateReply, template_reply
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TemplateReply]:
    found = parts().templates.get(request.caller.team.id, request.path["key"])
    if found is None:
        raise NotFound("Template not found")
    return Answer(HTTPStatus.OK, template_reply(found))
