"""Create a webhook endpoint: its secret is made or brought, sealed, and shown this once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from partner_events.directory_ports import EndpointStore
from partner_events.domain.endpoint import Endpoint, Format, SealedSecret
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.signature import new_secret
from partner_events.domain.webhook import InvalidWebhookUrl
from partner_events.ports import SecretBox, WebhookSender


def create_webhook_endpoint(
    *,
    id: EndpointId,
    team: TeamId,
    url: str,
    event_types: Sequence[str],
    format: Format,
    description: str,
    active: bool,
    secret: str | None,
    now: datetime,
    random: Callable[[int], bytes],
    endpoints: EndpointStore,
    secrets: SecretBox,
    sender: WebhookSender,
) -> tuple[Endpoint, str]:
    """Return the endpoint and its secret. Raises `InvalidInput` for a url we would not send to."""
    try:
        sender.check(url)
    except InvalidWebhookUrl as error:
        raise InvalidInput(str(error)) from error
    secret = secret or new_secret(random)
    endpoint = Endpoint(
        id=id,
        team=team,
        url=url,
        event_types=tuple(dict.fromkeys(event_types)),
        sealed_secrets=(SealedSecret(sealed=secrets.seal(secret, team=team), created_at=now),),
        format=format,
        description=description,
        active=active,
        created_at=now,
    )
    endpoints.add(endpoint)
    return endpoint, secret
