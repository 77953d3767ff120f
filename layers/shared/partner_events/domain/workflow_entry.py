"""Who gets into a workflow, how often, and what takes them out again."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from partner_events.domain.endpoint import covers
from partner_events.domain.rules import Rule
from partner_events.domain.workflow_steps import TemplateText


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """`event` is a name, or a prefix with a trailing `.*` (S-27)."""

    event: str
    condition: Rule | None = None

    def names(self, event_name: str) -> bool:
        return covers(self.event, event_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFilter:
    """The names found must hold all of `all`, one of `any` and none of `none`."""

    all: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        return self.all | self.any | self.none

    def admits(self, names: frozenset[str]) -> bool:
        some = not self.any or bool(self.any & names)
        return self.all <= names and some and not self.none & names


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Of the contact's tags and segments, of the event's source, and of anything by a rule."""

    tags: NameFilter = field(default_factory=NameFilter)
    segments: NameFilter = field(default_factory=NameFilter)
    sources: NameFilter = field(default_factory=NameFilter)
    condition: Rule | None = None


class Frequency(StrEnum):
    EVERY_TIME = "every_time"
    ONCE_PER_CONTACT = "once_per_contact"
    ONCE_PER_KEY = "once_per_key"


class OnRunning(StrEnum):
    """What to do where an execution of the same contact, or key if there is one, still runs."""

    ALLOW = "allow"
    SKIP = "skip"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    frequency: Frequency = Frequency.EVERY_TIME
    key: TemplateText | None = None
    on_running: OnRunning = OnRunning.ALLOW


class CooldownScope(StrEnum):
    CONTACT = "contact"
    KEY = "key"
    TEAM = "tenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooldown:
    """At most `limit` executions in any `window`; all that `share` a name are counted together."""

    window: timedelta
    scope: CooldownScope = CooldownScope.CONTACT
    key: TemplateText | None = None
    limit: int = 1
    share: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """An event that ends the executions of its contact, unless the rule says otherwise."""

    event: str
    condition: Rule | None = None

    def names(self, event_name: str) -> bool:
        return covers(self.event, event_name)
