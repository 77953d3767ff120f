"""POST /api/v1/events/trigger: accept an event, run it at once, and tell what came of it."""

from http import HTTPStatus

from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.send_event import SendEventRequest
from partner_events.http.trigger_event import TriggerEventReply, trigger_event_reply
from partner_events.usecases.find_deliveries import find_deliveries
from partner_events.usecases.get_trigger import get_trigger
from partner_events.usecases.trigger_event import trigger_event
from partner_events.wiring import gate, new_id, parts


@endpoint(
    SendEventRequest, scope=Scope.EVENTS_WRITE, bucket="events", team_required=True, gate=gate
)
def handler(request: Request[SendEventRequest]) -> Answer[TriggerEventReply]:
    team, ports = request.caller.team.id, parts().run_ports
    id, was_replayed = trigger_event(
        request.body.to_event(team),
        id=TriggerId(new_id()),
        trigger_at=request.body.trigger_at,
        idempotency=idempotency(request, route="events/trigger"),
        now=request.now,
        event_types=parts().known_event_types,
        ports=ports,
    )
    trigger = get_trigger(id, team=team, triggers=ports.triggers)
    begun = ports.executions.of_trigger(id)
    told = find_deliveries(trigger, routing=ports.routing, deliveries=ports.delivery.deliveries)
    reply = trigger_event_reply(trigger, begun, told)
    return Answer(HTTPStatus.OK, reply, replayed(was_replayed))
