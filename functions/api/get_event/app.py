"""GET /api/v1/events/{id}: one event of the log."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.events import EventReply, event_reply, format_of
from partner_events.usecases.get_event import get_event
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[EventReply]:
    team, format = request.caller.team, format_of(request.query)
    event = get_event(
        request.path["id"],
        team=team,
        now=request.now,
        triggers=parts().triggers,
        log=parts().log,
    )
    return Answer(HTTPStatus.OK, event_reply(event, format, team.company_id))
