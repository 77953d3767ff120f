"""GET /api/v1/events/{id}: one event of the log."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.events import EventReply, envelope
from partner_events.usecases.get_event import get_event
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[EventReply]:
    team, show = request.caller.team, envelope(request.query)
    event = get_event(request.path["id"], team=team.id, triggers=parts().triggers, log=parts().log)
    return Answer(HTTPStatus.OK, show(event, team.company_id))
