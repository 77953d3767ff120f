"""POST /api/v1/partner/events: accept a lifecycle event of a contact, run its workflows later."""

from http import HTTPStatus

from partner_events.domain.ids import ContactId, TriggerId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.errors import PARTNER
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.send_partner_event import (
    SendPartnerEventReply,
    SendPartnerEventRequest,
    send_partner_event_reply,
)
from partner_events.usecases.send_partner_event import ContactReference, send_partner_event
from partner_events.wiring import gate, new_id, parts


@endpoint(
    SendPartnerEventRequest,
    scope=Scope.EVENTS_WRITE,
    dialect=PARTNER,
    bucket="events",
    key_minute=True,
    gate=gate,
)
def handler(request: Request[SendPartnerEventRequest]) -> Answer[SendPartnerEventReply]:
    accepted = send_partner_event(
        request.body.to_event(request.caller.team.id),
        about=ContactReference(*request.body.contact),
        id=TriggerId(new_id()),
        new_contact_id=ContactId(new_id()),
        idempotency=idempotency(request, route="partner/events"),
        answer=send_partner_event_reply,
        now=request.now,
        event_types=parts().known_event_types,
        contacts=parts().told_contacts,
        triggers=parts().triggers,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
