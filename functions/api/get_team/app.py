"""GET /api/v1/team: whose key this is, the plan, and what is used of it."""

from http import HTTPStatus

from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.team import TeamReply, team_reply
from partner_events.usecases.team_usage import team_usage
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=None, gate=gate)
def handler(request: Request[NoBody]) -> Answer[TeamReply]:
    team = request.caller.team
    window, taken = team_usage(team.id, now=request.now, tokens=parts().tokens)
    return Answer(HTTPStatus.OK, team_reply(team, window, taken))
