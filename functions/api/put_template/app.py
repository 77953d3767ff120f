"""PUT /api/v1/templates/{key}: keep the texts of a message for the steps that name it."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.domain.message_template import MessageTemplate
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.message_templates import (
    PutTemplateRequest,
    TemplateReply,
    template_reply,
)
from partner_events.http.segments import checked_key
from partner_events.usecases.put_template import put_template
from partner_events.wiring import gate, parts


@endpoint(PutTemplateRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[PutTemplateRequest]) -> Answer[TemplateReply]:
    said = MessageTemplate(
        team=request.caller.team.id,
        key=checked_key(request.path["key"], request.body.key),
        channel=request.body.channel,
        subject=request.body.subject,
        html=request.body.html,
        text=request.body.text,
        created_at=request.now,
        updated_at=request.now,
    )
    template, created = put_template(said, templates=parts().templates)
    return Answer(HTTPStatus.CREATED if created else HTTPStatus.OK, template_reply(template))
