"""GET /api/v1/api-keys: the team's API keys, without the keys themselves."""

from http import HTTPStatus
from typing import Literal

from partner_events.domain.key import Scope
from partner_events.http.api_keys import KeyReply, key_reply
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.lists import ListReply, list_reply
from partner_events.usecases.manage_keys import list_keys
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.ADMIN, gate=gate)
def handler(request: Request[NoBody]) -> Answer[ListReply[Literal["api_keys"], KeyReply]]:
    page = list_keys(
        request.caller.team.id, limit=request.limit, cursor=request.cursor, keys=parts().keys
    )
    uses = parts().key_uses
    return Answer(
        HTTPStatus.OK,
        list_reply("api_keys", page, lambda key: key_reply(key, uses.last(key.id))),
    )
