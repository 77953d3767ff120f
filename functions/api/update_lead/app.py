"""PATCH /api/v1/leads/{transaction_id}: change what is sent of a lead."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.leads import ChangeLeadRequest, LeadReply, lead_reply, sent_of
from partner_events.usecases.leads import change_lead
from partner_events.wiring import gate, parts


@endpoint(ChangeLeadRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[ChangeLeadRequest]) -> Answer[LeadReply]:
    changed = change_lead(
        request.path["transaction_id"],
        sent_of(request.body),
        team=request.caller.team.id,
        now=request.now,
        leads=parts().leads,
    )
    return Answer(HTTPStatus.OK, lead_reply(changed))
