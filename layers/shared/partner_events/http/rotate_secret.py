"""POST /api/v1/webhooks/endpoints/{id}/rotate-secret on the wire; its body may be left out."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from partner_events.domain.endpoint import KEPT_SIGNING
from partner_events.http.bodies import OptionalBody
from partner_events.http.webhook_endpoints import Secret

LONGEST = timedelta(days=7)


class RotateSecretRequest(OptionalBody):
    secret: Secret | None = None
    old_secret_expires_in_seconds: Annotated[int, Field(ge=0, le=int(LONGEST.total_seconds()))] = (
        int(KEPT_SIGNING.total_seconds())
    )

    @property
    def old_for(self) -> timedelta:
        return timedelta(seconds=self.old_secret_expires_in_seconds)
