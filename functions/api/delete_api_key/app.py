"""DELETE /api/v1/api-keys/{id}: let nobody in with this key any more."""

from http import HTTPStatus

from partner_events.domain.ids import KeyId
from partner_events.domain.key import Scope
from partner_events.http.bodies import NoBody
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.manage_keys import revoke_key
from partner_events.wiring import gate, parts


@endpoint(NoBody, scope=Scope.ADMIN, gate=gate)
def handler(request: Request[NoBody]) -> Answer[None]:
    revoke_key(
        KeyId(request.path["id"]),
        team=request.caller.team.id,
        now=request.now,
        keys=parts().keys,
    )
    return Answer(HTTPStatus.NO_CONTENT)
