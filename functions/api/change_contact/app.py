"""PATCH /api/v1/contacts/{id}: change what is sent of a contact."""

from http import HTTPStatus

from partner_events.domain.ids import ContactId
from partner_events.domain.key import Scope
from partner_events.http.contacts import ContactReply, ContactRequest, contact_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.change_contact import change_contact
from partner_events.wiring import gate, parts


@endpoint(ContactRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[ContactRequest]) -> Answer[ContactReply]:
    contact = change_contact(
        ContactId(request.path["id"]),
        request.body.given,
        team=request.caller.team.id,
        now=request.now,
        contacts=parts().told_contacts,
    )
    return Answer(HTTPStatus.OK, contact_reply(contact))
