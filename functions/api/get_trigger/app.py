"""GET /api/v1/triggers/{id}: how far an accepted event has come."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.triggers import TriggerReply, trigger_reply
from partner_events.usecases.get_trigger import get_trigger
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TriggerReply]:
    trigger = get_trigger(
        request.path["id"], team=request.caller.team.id, triggers=parts().triggers
    )
    return Answer(HTTPStatus.OK, trigger_reply(trigger))
