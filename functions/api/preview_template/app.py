"""POST /api/v1/templates/{key}/preview: show the texts of a message filled, and send nothing."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.preview_template import (
    PreviewTemplateReply,
    PreviewTemplateRequest,
    preview_template_reply,
)
from partner_events.usecases.get_contact import get_contact
from partner_events.usecases.preview_template import preview_template
from partner_events.wiring import gate, parts


@endpoint(PreviewTemplateRequest, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[PreviewTemplateRequest]) -> Answer[PreviewTemplateReply]:
    team, named = request.caller.team.id, request.body.contact_id
    found = preview_template(
        request.path["key"],
        team=team,
        said=request.body.said,
        variables=request.body.variables or {},
        contact=get_contact(named, team=team, contacts=parts().contacts) if named else None,
        templates=parts().templates,
    )
    reply = preview_template_reply(found.template, found.texts, found.missing)
    return Answer(HTTPStatus.OK, reply)
