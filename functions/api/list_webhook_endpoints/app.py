"""GET /api/v1/webhooks/endpoints: where the team wants webhooks."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.http.webhook_endpoints import WebhookEndpointReply, webhook_endpoint_reply
from partner_events.usecases.endpoint_standing import standing_of
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(
    request: Request[NoBody],
) -> Answer[ListReply[Literal["endpoints"], WebhookEndpointReply]]:
    page = parts().endpoints.list(
        request.caller.team.id, limit=request.limit, cursor=request.cursor
    )
    standings = standing_of(page.items, parts().health)
    return Answer(
        HTTPStatus.OK,
        list_reply(
            "endpoints",
            page,
            lambda each: webhook_endpoint_reply(each, standings[each.id], now=request.now),
        ),
    )
