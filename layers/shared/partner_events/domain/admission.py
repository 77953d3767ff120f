"""How often a workflow may run: limits, and the ledgers in which its executions are counted.

A ledger names who was admitted and when, so that whoever asks again, for the same execution,
finds itself there: a redelivered copy of the founding message is never a repeat.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from partner_events.domain.ids import ExecutionId, TriggerId, derived
from partner_events.domain.trigger import Reason

EARLIER = 50  # who had a place before: more than there can be messages on their way
MOST = 10_000  # executions that any limit allows, and so what a ledger may have to hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRef:
    """Where an execution stands: all that is needed to find it."""

    trigger: TriggerId
    execution: ExecutionId
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` executions in any `window`, or ever; `name` is the ledger's."""

    name: str
    most: int
    reason: Reason
    window: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`window` is the longest that anybody has asked about; None is for ever."""

    taken: tuple[tuple[str, datetime], ...] = ()
    window: timedelta | None = timedelta()
    revision: int = 0

    def has(self, who: str) -> bool:
        return any(each == _short(who) for each, _ in self.taken)

    def has_room(self, limit: Limit, *, now: datetime) -> bool:
        recent = (at for _, at in self.taken if limit.window is None or at > now - limit.window)
        return sum(1 for _ in recent) < limit.most

    def taking(self, who: str, limit: Limit, *, now: datetime) -> Self:
        """Note who was admitted, and forget who no limit will ask about again."""
        longest = None
        if self.window is not None and limit.window is not None:
            longest = max(self.window, limit.window)
        kept = [(each, at) for each, at in self.taken if longest is None or at > now - longest]
        return type(self)(
            taken=(*kept, (_short(who), now))[-MOST:],
            window=longest,
            revision=self.revision + 1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The one place in which executions of a workflow follow each other (`on_running`).

    It is `ref`'s, who has replaced `before`, if there was anybody. Whoever stands among the
    `earlier` has had it, and lost it to another since.
    """

    name: str
    ref: ExecutionRef
    before: ExecutionRef | None = None
    earlier: tuple[ExecutionId, ...] = ()

    def given_to(self, ref: ExecutionRef) -> Self:
        earlier = (*self.earlier, self.ref.execution)[-EARLIER:]
        return type(self)(name=self.name, ref=ref, before=self.ref, earlier=earlier)


def _short(who: str) -> str:
    return derived(who)[:12]
