"""DELETE /api/v1/contacts/{id}: forget a contact, and free its identities."""

from http import HTTPStatus

from partner_events.domain.ids import ContactId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.delete_contact import delete_contact
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    id = ContactId(request.path["id"])
    delete_contact(id, team=request.caller.team.id, contacts=parts().contacts)
    return Answer(HTTPStatus.NO_CONTENT)
