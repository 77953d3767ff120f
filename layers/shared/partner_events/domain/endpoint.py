"""Webhook endpoints: where a subscriber wants to hear of which events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.webhook import TIMEOUT


class Format(StrEnum):
    """Which envelope an endpoint gets (D-40)."""

    STANDARD = "standard"
    PROMOTER = "promoter"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSecret:
    """One signing secret, encrypted. The newest of an endpoint has no end."""

    sealed: bytes
    created_at: datetime
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`sealed_secrets` are newest first, and some may have expired; `filter` is a rule.

    Without a `rate_per_second` or `max_concurrency` of its own an endpoint has no such limit.
    `revision` grows with each change.
    """

    id: EndpointId
    team: TeamId
    url: str
    event_types: tuple[str, ...]
    sealed_secrets: tuple[SealedSecret, ...]
    created_at: datetime
    format: Format = Format.STANDARD
    description: str = ""
    active: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    rate_per_second: int | None = None
    max_concurrency: int | None = None
    timeout_seconds: int = int(TIMEOUT.total_seconds())
    filter: Mapping[str, Any] | None = None
    updated_at: datetime | None = None
    revision: int = 1

    @property
    def timeout(self) -> timedelta:
        """The time that one attempt may take altogether."""
        return timedelta(seconds=self.timeout_seconds)

    def hears(self, event_name: str) -> bool:
        return self.active and any(covers(pattern, event_name) for pattern in self.event_types)

    def live_secrets(self, now: datetime) -> Sequence[SealedSecret]:
        return [secret for secret in self.sealed_secrets if secret.is_live(now)]


def covers(pattern: str, event_name: str) -> bool:
    """Tell whether a name, `*`, or a prefix with a trailing `.*` covers an event name."""
    if pattern == "*":
        return True
    if pattern.endswith(".*"):
        return event_name.startswith(pattern[:-1])
    return pattern == event_name
