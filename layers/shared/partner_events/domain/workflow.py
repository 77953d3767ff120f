"""Workflows: what shall happen when an event arrives. Versions are immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from partner_events.domain.durations import parse_duration
from partner_events.domain.endpoint import covers
from partner_events.domain.event import Event
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.trigger import Reason


class WorkflowStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class OnFailure(StrEnum):
    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Wait `initial` after the first failure, then twice as long each time, up to `max`."""

    max_attempts: int = 8
    initial: timedelta = timedelta(seconds=10)
    max: timedelta = timedelta(hours=1)
    jitter: float = 0.2

    def delay(self, attempt: int, *, luck: float) -> timedelta | None:
        """Find the wait after a failed `attempt` (from 1), or None if it was the last.

        `luck` between 0 and 1 spreads the waits over ± `jitter`.
        """
        if attempt >= self.max_attempts:
            return None
        wait: timedelta = min(self.initial * 2 ** (attempt - 1), self.max)
        return wait * (1 + self.jitter * (2 * luck - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStep:
    """A request to a registered endpoint (signed) or to a url (not signed: it shares no secret).

    `body` is a JSON value whose strings may hold `{{path}}` references; None sends the event.
    """

    id: str
    endpoint: EndpointId | None = None
    url: str | None = None
    event_type: str | None = None
    body: Any = None
    retry: Retry = field(default_factory=Retry)
    on_failure: OnFailure = OnFailure.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFilter:
    """Of the contact's tags, or segments: all of `all`, one of `any` and none of `none`."""

    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        return self.all | self.any | self.none

    def admits(self, tags: frozenset[str]) -> bool:
        return self.all <= tags and (not self.any or bool(self.any & tags)) and not self.none & tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """`definition` is the document as it was put, for the API to show again."""

    team: TeamId
    key: str
    version: int
    name: str
    status: WorkflowStatus
    events: tuple[str, ...]
    tags: TagFilter
    segments: TagFilter
    steps: tuple[WebhookStep, ...]
    definition: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime

    def listens_to(self, event_name: str) -> bool:
        """Tell whether it is active and named the event, exactly or by a trailing `.*` (S-27)."""
        return self.status is WorkflowStatus.ACTIVE and any(
            covers(pattern, event_name) for pattern in self.events
        )

    def runs_for(self, event: Event) -> bool:
        """Tell whether it listens to the event, or is the very one that was asked for (S-40)."""
        if event.workflow is None:
            return self.listens_to(event.name)
        return self.status is WorkflowStatus.ACTIVE and self.key == event.workflow

    def filter_reason(
        self, tags: frozenset[str], segments: frozenset[str] = frozenset()
    ) -> Reason | None:
        """Name the filter that keeps a contact with these tags out, or None (S-28).

        `segments` are those that the contact is in; a segment that does not exist has nobody.
        """
        if not self.tags.admits(tags):
            return Reason.TAGS
        return None if self.segments.admits(segments) else Reason.SEGMENTS

    def step(self, id: str) -> WebhookStep:
        return next(step for step in self.steps if step.id == id)

    def step_after(self, id: str) -> WebhookStep | None:
        ids = [step.id for step in self.steps]
        following = self.steps[ids.index(id) + 1 :]
        return following[0] if following else None


def workflow_from(
    definition: Mapping[str, Any],
    *,
    team: TeamId,
    version: int,
    created_at: datetime,
    updated_at: datetime,
) -> Workflow:
    """Read a definition that was validated when it was put."""
    filters = definition.get("filters", {})
    return Workflow(
        team=team,
        key=definition["key"],
        version=version,
        name=definition.get("name", definition["key"]),
        status=WorkflowStatus(definition.get("status", WorkflowStatus.DRAFT)),
        events=tuple(trigger["event"] for trigger in definition["triggers"]),
        tags=_filter(filters.get("tags", {})),
        segments=_filter(filters.get("segments", {})),
        steps=tuple(_webhook_step(step, definition) for step in definition["steps"]),
        definition=definition,
        created_at=created_at,
        updated_at=updated_at,
    )


def _filter(sets: Mapping[str, Any]) -> TagFilter:
    return TagFilter(**{how: frozenset(names) for how, names in sets.items()})


def _webhook_step(step: Mapping[str, Any], definition: Mapping[str, Any]) -> WebhookStep:
    defaults = definition.get("defaults", {})
    on_failure = step.get("on_failure", defaults.get("on_failure", OnFailure.STOP))
    return WebhookStep(
        id=step["id"],
        endpoint=EndpointId(step["endpoint"]) if "endpoint" in step else None,
        url=step.get("url"),
        event_type=step.get("event_type"),
        body=step.get("body"),
        retry=_retry({**defaults.get("retry", {}), **step.get("retry", {})}),
        on_failure=OnFailure(on_failure),
    )


def _retry(policy: Mapping[str, Any]) -> Retry:
    usual = Retry()
    return Retry(
        max_attempts=policy.get("max_attempts", usual.max_attempts),
        initial=parse_duration(policy["initial"]) if "initial" in policy else usual.initial,
        max=parse_duration(policy["max"]) if "max" in policy else usual.max,
        jitter=float(policy.get("jitter", usual.jitter)),
    )
