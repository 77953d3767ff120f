"""GET /api/v1/triggers: the team's accepted events, and how far each has come."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.triggers import ListedTriggerReply, listed_trigger_reply, trigger_filters
from partner_events.usecases.list_triggers import list_triggers
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.EVENTS_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["triggers"], ListedTriggerReply]]:
    filters = trigger_filters(request.query)
    page = list_triggers(
        request.caller.team,
        status=filters.status,
        event_name=filters.event_name,
        since=filters.since,
        limit=request.limit,
        cursor=request.cursor,
        now=request.now,
        triggers=parts().trigger_list,
    )
    return Answer(HTTPStatus.OK, list_reply("triggers", page, listed_trigger_reply))
