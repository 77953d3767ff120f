"""Create a webhook endpoint: its secret is made or brought, sealed, and shown this once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from partner_events.directory_ports import EndpointStore
from partner_events.domain.cloud_target import check_role
from partner_events.domain.endpoint import Endpoint, SealedSecret
from partner_events.domain.endpoint_headers import unhidden
from partner_events.domain.errors import Conflict, InvalidInput
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.signature import new_secret
from partner_events.domain.webhook import InvalidWebhookUrl
from partner_events.ports import SecretBox, WebhookSender


def create_webhook_endpoint(
    settings: Mapping[str, Any],
    *,
    id: EndpointId,
    team: TeamId,
    secret: str | None,
    now: datetime,
    random: Callable[[int], bytes],
    endpoints: EndpointStore,
    secrets: SecretBox,
    sender: WebhookSender,
) -> tuple[Endpoint, str]:
    """Return the endpoint and its secret.

    Raises `InvalidInput` for a url we would not send to, or a queue without its role, or
    `Conflict` naming the endpoint that hears the same already: a second one would only send
    everything twice.
    """
    refuse_target(settings["url"], sender)
    check_role(settings["url"], settings.get("role_arn"), settings.get("headers", {}))
    secret = secret or new_secret(random)
    endpoint = Endpoint(
        **{**settings, "headers": unhidden(settings.get("headers", {}), {})},
        id=id,
        team=team,
        sealed_secrets=(SealedSecret(sealed=secrets.seal(secret, team=team), created_at=now),),
        created_at=now,
    )
    refuse_twin(endpoint, endpoints)
    endpoints.add(endpoint)
    return endpoint, secret


def refuse_target(url: str, sender: WebhookSender) -> None:
    try:
        sender.check(url)
    except InvalidWebhookUrl as error:
        raise InvalidInput(str(error)) from error


def refuse_twin(endpoint: Endpoint, endpoints: EndpointStore) -> None:
    """Raise `Conflict` if another endpoint sends the same to the same url.

    Two that are made at one moment may both get through: this spares people a mistake, and
    nothing depends on it.
    """
    for other in endpoints.all(endpoint.team):
        if other.id != endpoint.id and other.hears_the_same_as(endpoint):
            raise Conflict(f"The endpoint {other.id} sends the same events to this url already")
