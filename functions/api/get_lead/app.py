"""GET /api/v1/leads/{transaction_id}: one lead, with its newest conversions."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.leads import LeadReply, lead_reply
from partner_events.usecases.leads import find_lead
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[LeadReply]:
    team, transaction_id = request.caller.team.id, request.path["transaction_id"]
    return Answer(HTTPStatus.OK, lead_reply(find_lead(team, transaction_id, leads=parts().leads)))
