"""POST /api/v1/leads: bring a lead to a campaign."""

from http import HTTPStatus
from uuid import uuid4

from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.leads import CreateLeadRequest, LeadReply, lead_reply, sent_of
from partner_events.usecases.create_lead import create_lead
from partner_events.wiring import gate, parts


@endpoint(CreateLeadRequest, scope=Scope.DIRECTORY_WRITE, gate=gate)
def handler(request: Request[CreateLeadRequest]) -> Answer[LeadReply]:
    created = create_lead(
        sent_of(request.body),
        team=request.caller.team.id,
        new_transaction_id=f"txn_{uuid4()}",  # whoever knows it may fire events for the lead
        now=request.now,
        campaigns=parts().campaigns,
        leads=parts().leads,
        promoters=parts().promoters,
        numbers=parts().numbers,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, lead_reply(created))
