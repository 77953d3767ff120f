"""POST /api/v1/api-keys: make an API key; it is shown this once."""

from http import HTTPStatus
from secrets import randbelow

from partner_events.domain.ids import KeyId
from partner_events.domain.key import Scope
from partner_events.http.api_keys import CreateKeyRequest, NewKeyReply, key_reply
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.usecases.manage_keys import PREFIX, create_key
from partner_events.wiring import gate, new_id, parts


@endpoint(CreateKeyRequest, scope=Scope.ADMIN, gate=gate)
def handler(request: Request[CreateKeyRequest]) -> Answer[NewKeyReply]:
    created, secret_key = create_key(
        id=KeyId(f"{PREFIX}{new_id()}"),
        team=request.caller.team,
        **dict(request.body),
        now=request.now,
        randbelow=randbelow,
        keys=parts().keys,
        secrets=parts().secrets,
    )
    return Answer(HTTPStatus.CREATED, {**key_reply(created), "key": secret_key})
