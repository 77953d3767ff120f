"""Rotate an endpoint's signing secret: the new one signs at once, the old ones for a while."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from partner_events.directory_ports import EndpointStore
from partner_events.domain.endpoint import MAX_LIVE_SECRETS, Endpoint, SealedSecret
from partner_events.domain.errors import Conflict
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.signature import new_secret
from partner_events.ports import SecretBox
from partner_events.usecases.change_webhook_endpoint import save_change


def rotate_secret(
    id: EndpointId,
    *,
    team: TeamId,
    brought: str | None,
    old_for: timedelta,
    now: datetime,
    random: Callable[[int], bytes],
    endpoints: EndpointStore,
    secrets: SecretBox,
) -> tuple[Endpoint, str]:
    """Return the endpoint and its new secret; all older ones end after `old_for` at the latest.

    With no time at all they are revoked at once. Bringing a secret that is live makes it the
    newest, so a repeated call changes nothing. Raises `NotFound`, `Overtaken`, or `Conflict` if
    too many are live: which of them a receiver still goes by, only its owner knows.
    """
    secret = brought or new_secret(random)
    new = SealedSecret(sealed=secrets.seal(secret, team=team), created_at=now)

    def is_brought(old: SealedSecret) -> bool:
        return brought is not None and secrets.open(old.sealed, team=team) == brought

    def change(current: Endpoint) -> Endpoint:
        old = [
            each.until(now + old_for)
            for each in current.live_secrets(now)
            if each.sealed != new.sealed and not is_brought(each)
        ]
        return current.signing_with(new, _few_enough(old, now))

    return save_change(id, change, team=team, endpoints=endpoints), secret


def _few_enough(old: Sequence[SealedSecret], now: datetime) -> Sequence[SealedSecret]:
    live = [each for each in old if each.is_live(now)]
    if len(live) >= MAX_LIVE_SECRETS:
        raise Conflict(
            f"{MAX_LIVE_SECRETS} secrets are live already: wait until one of them has expired, "
            "or revoke them all with old_secret_expires_in_seconds 0"
        )
    return live
