"""POST /api/v1/webhooks/endpoints/{id}/rotate-secret: sign with a new secret, shown this once."""

from http import HTTPStatus
from os import urandom

from partner_events.domain.ids import EndpointId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.rotate_secret import RotateSecretRequest
from partner_events.http.webhook_endpoints import NewWebhookEndpointReply, webhook_endpoint_reply
from partner_events.usecases.endpoint_standing import standing_of
from partner_events.usecases.rotate_secret import rotate_secret
from partner_events.wiring import gate, parts


@endpoint(RotateSecretRequest, scope=Scope.WEBHOOKS_WRITE, gate=gate)
def handler(request: Request[RotateSecretRequest]) -> Answer[NewWebhookEndpointReply]:
    changed, secret = rotate_secret(
        EndpointId(request.path["id"]),
        team=request.caller.team.id,
        brought=request.body.secret,
        old_for=request.body.old_for,
        now=request.now,
        random=urandom,
        endpoints=parts().endpoints,
        secrets=parts().secrets,
    )
    standing = standing_of([changed], parts().health)[changed.id]
    shown = webhook_endpoint_reply(changed, standing, now=request.now)
    return Answer(HTTPStatus.OK, {**shown, "secret": secret})
