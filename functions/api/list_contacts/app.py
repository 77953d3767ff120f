"""GET /api/v1/contacts: the contacts of the team."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.contacts import ContactReply, contact_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.usecases.list_contacts import list_contacts
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["contacts"], ContactReply]]:
    page = list_contacts(
        request.query,
        team=request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        contacts=parts().contacts,
    )
    return Answer(HTTPStatus.OK, list_reply("contacts", page, contact_reply))
