"""GET /api/v1/contacts/{id}: one contact."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.contacts import ContactReply, contact_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.get_contact import get_contact
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ContactReply]:
    contact = get_contact(
        request.path["id"], team=request.caller.team.id, contacts=parts().contacts
    )
    return Answer(HTTPStatus.OK, contact_reply(contact))
