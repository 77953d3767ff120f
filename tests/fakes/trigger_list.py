"""A team's triggers in memory, newest first."""

from collections.abc import Iterator
from datetime import datetime

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import Trigger
from tests.fakes.triggers import InMemoryTriggers, InMemoryTriggerStore


class InMemoryTriggerList:
    def __init__(self, rows: InMemoryTriggers) -> None:
        self._rows = rows
        self._store = InMemoryTriggerStore(rows)

    def newest(
        self,
        team: TeamId,
        *,
        since: datetime | None,
        event_name: str | None,
        cursor: str | None,
        at_once: int,  # noqa: ARG002
    ) -> Iterator[tuple[Trigger, str]]:
        before = _place(cursor) if cursor is not None else None
        standing = sorted(filter(None, map(self._store.get, self._rows.triggers)), key=_order)
        for trigger in reversed(standing):
            wanted = trigger.event.team == team and event_name in (None, trigger.event.name)
            fresh = since is None or trigger.created_at >= since
            if wanted and fresh and (before is None or _order(trigger) < before):
                created, id = _order(trigger)
                yield trigger, f"{created}.{id}"


def _order(trigger: Trigger) -> tuple[int, str]:
    return milliseconds(trigger.created_at), trigger.id


def _place(cursor: str) -> tuple[int, str]:
    created, dot, id = cursor.partition(".")
    if not (created.isdigit() and dot):
        raise InvalidInput("cursor is not one that this list returned")
    return int(created), id
