"""POST /api/v1/partner/contacts: create a contact, or update the one that is meant."""

from http import HTTPStatus

from partner_events.domain.ids import ContactId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.errors import PARTNER
from partner_events.http.put_partner_contact import (
    PartnerContactReply,
    PutPartnerContactRequest,
    partner_contact_reply,
)
from partner_events.usecases.put_partner_contact import put_partner_contact
from partner_events.wiring import gate, new_id, parts


@endpoint(PutPartnerContactRequest, scope=Scope.DIRECTORY_WRITE, dialect=PARTNER, gate=gate)
def handler(request: Request[PutPartnerContactRequest]) -> Answer[PartnerContactReply]:
    contact, created = put_partner_contact(
        request.body.given,
        team=request.caller.team.id,
        id=ContactId(new_id()),
        now=request.now,
        contacts=parts().told_contacts,
    )
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return Answer(status, partner_contact_reply(contact))
