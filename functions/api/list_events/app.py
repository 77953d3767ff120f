"""GET /api/v1/events: what happened, oldest first, on from a cursor."""

from http import HTTPStatus

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.events import (
    EventsReply,
    event_filter,
    event_reply,
    events_reply,
    format_of,
    place_of,
)
from partner_events.usecases.list_events import list_events
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[EventsReply]:
    team, format = request.caller.team, format_of(request.query)
    reading = list_events(
        event_filter(request.query),
        team=team,
        after=place_of(request.cursor),
        limit=request.limit,
        now=request.now,
        log=parts().log,
    )
    shown = [event_reply(event, format, team.company_id) for event in reading.events]
    return Answer(HTTPStatus.OK, events_reply(shown, reading.place, more=reading.more))
