"""POST /api/v1/events/send: accept an event now, run its workflows later."""

from http import HTTPStatus

from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.send_event import SendEventRequest, SendReply, send_event_reply
from partner_events.usecases.send_event import send_event
from partner_events.wiring import gate, new_id, parts


@endpoint(
    SendEventRequest, scope=Scope.EVENTS_WRITE, bucket="events", team_required=True, gate=gate
)
def handler(request: Request[SendEventRequest]) -> Answer[SendReply]:
    accepted = send_event(
        request.body.to_event(request.caller.team.id),
        id=TriggerId(new_id()),
        trigger_at=request.body.trigger_at,
        idempotency=idempotency(request, route="events/send"),
        answer=send_event_reply,
        now=request.now,
        event_types=parts().known_event_types,
        triggers=parts().triggers,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
