"""Workflows: what shall happen when an event arrives. Versions are immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from partner_events.domain.durations import parse_duration
from partner_events.domain.event import Event
from partner_events.domain.execution import END
from partner_events.domain.ids import TeamId
from partner_events.domain.step_reading import rule_of, step_from
from partner_events.domain.trigger import Reason
from partner_events.domain.wait_steps import WaitForEvent, WaitStep
from partner_events.domain.workflow_entry import (
    Cooldown,
    CooldownScope,
    Entry,
    EventTrigger,
    Exit,
    Filters,
    Frequency,
    NameFilter,
    OnRunning,
)
from partner_events.domain.workflow_steps import Step, Target

type Document = Mapping[str, Any]


class WorkflowStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class SchemaMode(StrEnum):
    """What to do with an event whose data does not fit the workflow's `event_schema`."""

    REJECT = "reject"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """`definition` is the document as it was put, for the API to show again."""

    team: TeamId
    key: str
    version: int
    name: str
    status: WorkflowStatus
    triggers: tuple[EventTrigger, ...]
    steps: tuple[Step, ...]
    definition: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    filters: Filters = field(default_factory=Filters)
    entry: Entry = field(default_factory=Entry)
    cooldowns: tuple[Cooldown, ...] = ()
    exits: tuple[Exit, ...] = ()
    vars: Mapping[str, Any] = field(default_factory=dict)
    max_duration: timedelta | None = None
    event_schema: Mapping[str, Any] | None = None
    event_schema_mode: SchemaMode = SchemaMode.WARN

    def listens_to(self, event_name: str) -> bool:
        """Tell whether it is active and named the event, exactly or by a trailing `.*` (S-27)."""
        return self.status is WorkflowStatus.ACTIVE and self.names(event_name)

    def names(self, event_name: str) -> bool:
        return any(trigger.names(event_name) for trigger in self.triggers)

    @property
    def limits_itself(self) -> bool:
        """Tell whether it counts its executions, or lets only one run at a time."""
        often = self.entry.frequency is Frequency.EVERY_TIME
        return bool(self.cooldowns) or not (often and self.entry.on_running is OnRunning.ALLOW)

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
        if not self.filters.tags.admits(tags):
            return Reason.TAGS
        return None if self.filters.segments.admits(segments) else Reason.SEGMENTS

    def is_overdue(self, started_at: datetime | None, now: datetime) -> bool:
        """Tell whether an execution that began then has taken longer than it may."""
        if self.max_duration is None or started_at is None:
            return False
        return now - started_at >= self.max_duration

    def not_after(self, at: datetime, started_at: datetime | None) -> datetime:
        """Come back earlier than `at`, if that is when the execution has taken too long."""
        if self.max_duration is None or started_at is None:
            return at
        return min(at, started_at + self.max_duration)

    @property
    def awaits(self) -> frozenset[str]:
        """Name the events that its executions may wait for or end by, and what matches them."""
        waits = [
            step.wait
            for step in self.steps
            if isinstance(step, WaitStep) and isinstance(step.wait, WaitForEvent)
        ]
        return frozenset(
            [f"{exit.event}|" for exit in self.exits]
            + [f"{wait.event}|{wait.match[0] if wait.match else ''}" for wait in waits]
        )

    @property
    def document(self) -> Document:
        """The definition with the status that is in force now."""
        return {**self.definition, "status": self.status.value}

    def with_status(self, status: WorkflowStatus, *, now: datetime) -> Self:
        return replace(self, status=status, updated_at=now)

    def step(self, id: str) -> Step:
        return next(step for step in self.steps if step.id == id)

    def after(self, id: str) -> Target:
        """Tell where a step leads that sends nobody elsewhere: its `next`, or the one below."""
        ids = [step.id for step in self.steps]
        place = ids.index(id)
        return self.steps[place].next or (ids[place + 1] if place + 1 < len(ids) else END)


def workflow_from(
    definition: Document,
    *,
    team: TeamId,
    version: int,
    created_at: datetime,
    updated_at: datetime,
) -> Workflow:
    """Read a definition that was validated when it was put."""
    defaults = definition.get("defaults", {})
    span = definition.get("max_duration")
    return Workflow(
        team=team,
        key=definition["key"],
        version=version,
        name=definition.get("name", definition["key"]),
        status=WorkflowStatus(definition.get("status", WorkflowStatus.DRAFT)),
        triggers=tuple(
            EventTrigger(event=each["event"], condition=rule_of(each))
            for each in definition["triggers"]
        ),
        steps=tuple(step_from(each, defaults=defaults) for each in definition["steps"]),
        definition=definition,
        created_at=created_at,
        updated_at=updated_at,
        filters=_filters(definition.get("filters", {})),
        entry=_entry(definition.get("entry", {})),
        cooldowns=tuple(map(_cooldown, definition.get("cooldowns", ()))),
        exits=tuple(
            Exit(event=each["event"], condition=rule_of(each))
            for each in definition.get("exit_on", ())
        ),
        vars=definition.get("vars", {}),
        max_duration=parse_duration(span) if span else None,
        event_schema=definition.get("event_schema"),
        event_schema_mode=SchemaMode(definition.get("event_schema_mode", SchemaMode.WARN)),
    )


def _filters(filters: Document) -> Filters:
    names = {
        kind: NameFilter(**{how: frozenset(names) for how, names in filters.get(kind, {}).items()})
        for kind in ("tags", "segments", "sources")
    }
    return Filters(**names, condition=rule_of(filters))


def _entry(entry: Document) -> Entry:
    return Entry(
        frequency=Frequency(entry.get("frequency", Frequency.EVERY_TIME)),
        key=entry.get("key"),
        on_running=OnRunning(entry.get("on_running", OnRunning.ALLOW)),
    )


def _cooldown(cooldown: Document) -> Cooldown:
    return Cooldown(
        window=parse_duration(cooldown["window"]),
        scope=CooldownScope(cooldown.get("scope", CooldownScope.CONTACT)),
        key=cooldown.get("key"),
        limit=cooldown.get("limit", 1),
        share=cooldown.get("share"),
    )
