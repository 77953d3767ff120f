"""Webhook endpoints: where a subscriber wants to hear of which events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.rules import Rule
from partner_events.domain.webhook import TIMEOUT

if TYPE_CHECKING:
    from partner_events.domain.ordering import Ordering

KEPT_SIGNING = timedelta(hours=24)  # how long an old secret signs along after a rotation
MAX_LIVE_SECRETS = 5
FILTER_SEES = ("event", "now")  # what its variables may begin with; see `hear_event`

# What the product tells a team about its own endpoints and deliveries. Whoever wants to hear
# of it subscribes by name or prefix: `*` does not cover it, so that no partner hears of
# another's endpoint, and a dead endpoint makes no noise at all the others.
ENDPOINT_WARNED = "endpoint.warned"
ENDPOINT_DISABLED = "endpoint.disabled"
ENDPOINT_ENABLED = "endpoint.enabled"
DELIVERY_EXHAUSTED = "delivery.exhausted"
DELIVERY_RECOVERED = "delivery.recovered"

OPERATIONAL = frozenset(
    {
        ENDPOINT_WARNED,
        ENDPOINT_DISABLED,
        ENDPOINT_ENABLED,
        DELIVERY_EXHAUSTED,
        DELIVERY_RECOVERED,
    }
)


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

    def until(self, end: datetime) -> Self:
        """End it then, unless it ends earlier anyway."""
        return replace(self, expires_at=min(end, self.expires_at or end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`sealed_secrets` are newest first, and some may have expired.

    `filter` is a rule over the event (see `hear_event`); without one every event is heard that
    the patterns cover. Without a `rate_per_second` or `max_concurrency` of its own an endpoint
    has no such limit, and without an `ordering` its deliveries go as they come. `revision` grows
    with each change. A queue or event bus is reached as the role `role_arn` (`cloud_target`).
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
    filter: Rule | None = None
    ordering: "Ordering | None" = None
    role_arn: str | None = None
    updated_at: datetime | None = None
    revision: int = 1

    @property
    def timeout(self) -> timedelta:
        """The time that one attempt may take altogether."""
        return timedelta(seconds=self.timeout_seconds)

    def hears(self, event_name: str) -> bool:
        return self.active and self.subscribes_to(event_name)

    def subscribes_to(self, event_name: str) -> bool:
        """Tell whether it asked for such events: for those about endpoints, by more than `*`."""
        asked_by_name = event_name in OPERATIONAL
        return any(
            covers(pattern, event_name)
            for pattern in self.event_types
            if pattern != "*" or not asked_by_name
        )

    def hears_the_same_as(self, other: Self) -> bool:
        """Tell whether the two would send one address the same twice."""
        return (
            self.url == other.url
            and set(self.event_types) == set(other.event_types)
            and self.format is other.format
            and self.filter == other.filter
        )

    def changed(self, changes: Mapping[str, Any], *, now: datetime) -> Self:
        """Make the next revision: what is named gets its new value, the rest stays."""
        return replace(self, **changes, updated_at=now, revision=self.revision + 1)

    def signing_with(self, new: SealedSecret, old: Sequence[SealedSecret]) -> Self:
        """Make the next revision, in which a new secret signs along with `old` ones."""
        return self.changed({"sealed_secrets": (new, *old)}, now=new.created_at)

    def live_secrets(self, now: datetime) -> Sequence[SealedSecret]:
        return [secret for secret in self.sealed_secrets if secret.is_live(now)]


def covers(pattern: str, event_name: str) -> bool:
    """Tell whether a name, `*`, or a prefix with a trailing `.*` covers an event name."""
    if pattern == "*":
        return True
    if pattern.endswith(".*"):
        return event_name.startswith(pattern[:-1])
    return pattern == event_name
