"""Steps that wait: for a while, until a moment, for an event, or for office hours."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from partner_events.domain.rules import Rule
from partner_events.domain.workflow_steps import Step, Target, TemplateText


class OnPast(StrEnum):
    """What to do where the moment to wait for has gone by."""

    CONTINUE = "continue"
    SKIP_NEXT = "skip_next"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class WaitFor:
    """A template comes to an ISO 8601 duration when the step begins."""

    duration: timedelta | TemplateText


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Until `offset` after the moment that the template comes to; before it, if negative."""

    moment: TemplateText
    offset: timedelta = timedelta()
    on_past: OnPast = OnPast.CONTINUE


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForEvent:
    """`event` is a name or a prefix with `.*`. Without targets both ways go on as steps do.

    `match` is one path on the awaited event and the value it must have; without it the event
    must be about this contact. `condition` may also look at the `awaited` event.
    """

    event: str
    timeout: timedelta
    match: tuple[str, TemplateText] | None = None
    condition: Rule | None = None
    on_event: Target | None = None
    on_timeout: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitForWindow:
    """`days` are 0 (Monday) to 6, `opens` and `closes` minutes of the day."""

    opens: int
    closes: int
    days: frozenset[int] = frozenset(range(7))
    timezone: TemplateText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStep(Step):
    type: ClassVar[str] = "wait"

    wait: WaitFor | WaitUntil | WaitForEvent | WaitForWindow
