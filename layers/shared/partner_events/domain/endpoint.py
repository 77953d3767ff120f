"""Webhook endpoints: where a subscriber wants to hear of which events."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from partner_events.domain.ids import EndpointId, TeamId


class Format(StrEnum):
    STANDARD = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`sealed_secrets` are the live signing secrets, encrypted; the newest comes first."""

    id: EndpointId
    team: TeamId
    url: str
    event_types: tuple[str, ...]
    sealed_secrets: tuple[bytes, ...]
    created_at: datetime
    format: Format = Format.STANDARD
    description: str = ""
    active: bool = True

    def hears(self, event_name: str) -> bool:
        return self.active and any(covers(pattern, event_name) for pattern in self.event_types)


def covers(pattern: str, event_name: str) -> bool:
    """Tell whether a name, `*`, or a prefix with a trailing `.*` covers an event name."""
    if pattern == "*":
        return True
    if pattern.endswith(".*"):
        return event_name.startswith(pattern[:-1])
    return pattern == event_name
