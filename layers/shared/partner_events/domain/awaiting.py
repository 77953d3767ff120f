"""Events that executions wait for, or that take them out: under which keys both sides meet.

A team's `awaited` says which events anybody may ever wait for, and by what they are matched, as
`<event>|<path>`: the event is a name or a prefix with `.*`, the path leads into the event, and
none means its contact. It only grows, since executions keep to old versions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from partner_events.domain.admission import ExecutionRef
from partner_events.domain.endpoint import covers
from partner_events.domain.ids import ContactId, TeamId, TriggerId, derived

LONGEST_VALUE = 200  # characters of what events are matched by


class Meeting(NamedTuple):
    """What is waited for, and by what part of it it is matched."""

    event: str
    path: str = ""

    @property
    def text(self) -> str:
        return f"{self.event}|{self.path}"

    def key(self, team: TeamId, value: str) -> str:
        return derived(team, self.text, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """An execution that waits at a step, woken as that attempt; without a step it is to end."""

    key: str
    ref: ExecutionRef
    step: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event that came to a key, and whom it is about."""

    trigger: TriggerId
    at: datetime
    contact: ContactId | None


def meetings(awaited: frozenset[str], event_name: str) -> Iterator[Meeting]:
    """Name what of a team's `awaited` this event is."""
    for text in sorted(awaited):
        event, _, path = text.partition("|")
        if covers(event, event_name):
            yield Meeting(event, path)
