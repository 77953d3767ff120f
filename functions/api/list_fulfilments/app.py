"""GET /api/v1/fulfilments: what has to be handed over for rewards that are no cash."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.rewards import FulfilmentReply, fulfilment_reply
from partner_events.usecases.fulfilments import list_fulfilments
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.DIRECTORY_READ, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["fulfilments"], FulfilmentReply]]:
    page = list_fulfilments(
        request.caller.team.id,
        limit=request.limit,
        cursor=request.cursor,
        payouts=parts().payouts,
        promoters=parts().promoters,
    )
    return Answer(HTTPStatus.OK, list_reply("fulfilments", page, fulfilment_reply))
