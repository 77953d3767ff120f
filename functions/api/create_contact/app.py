"""POST /api/v1/contacts: create a contact."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.contacts import ContactReply, ContactRequest, contact_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.create_contact import create_contact
from partner_events.wiring import gate, new_id, parts


@endpoint(ContactRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[ContactRequest]) -> Answer[ContactReply]:
    contact = request.body.to_contact(new_id(), team=request.caller.team.id, now=request.now)
    created = create_contact(contact, now=request.now, contacts=parts().told_contacts)
    return Answer(HTTPStatus.CREATED, contact_reply(created))
