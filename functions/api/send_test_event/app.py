"""POST /api/v1/events/test: send a sample of an event type through the whole system."""

from http import HTTPStatus

from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.event_samples import sample_event
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.send_test_event import (
    SendTestEventReply,
    SendTestEventRequest,
    send_test_event_reply,
)
from partner_events.usecases.send_event import send_event
from partner_events.wiring import gate, new_id, parts


@endpoint(SendTestEventRequest, scope=Scope.EVENTS_WRITE, bucket="events", gate=gate)
def handler(request: Request[SendTestEventRequest]) -> Answer[SendTestEventReply]:
    accepted = send_event(
        sample_event(request.body.type, request.caller.team.id),
        id=TriggerId(new_id()),
        trigger_at=None,
        idempotency=idempotency(request, route="events/test"),
        answer=send_test_event_reply,
        now=request.now,
        event_types=parts().known_event_types,
        triggers=parts().triggers,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
