"""A team's triggers in memory: those that never ran, then the others, newest first."""

from collections.abc import Iterator
from datetime import datetime

from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import Status, Trigger
from tests.fakes.log import InMemoryEventLog
from tests.fakes.triggers import InMemoryTriggers, InMemoryTriggerStore

IDLE = (Status.SCHEDULED, Status.CANCELLED, Status.FAILED)


class InMemoryTriggerList:
    def __init__(self, rows: InMemoryTriggers, log: InMemoryEventLog) -> None:
        self._rows = rows
        self._log = log
        self._store = InMemoryTriggerStore(rows)

    def newest(
        self,
        team: TeamId,
        *,
        shards: int,  # noqa: ARG002
        since: datetime,
        now: datetime,  # noqa: ARG002
        event_name: str | None,
        cursor: str | None,
        at_once: int,  # noqa: ARG002
    ) -> Iterator[tuple[Trigger | None, str]]:
        all_of_them = dict(self._places())
        if cursor is not None and cursor not in all_of_them:
            raise InvalidInput("cursor is not one that this list returned")
        for place, trigger in all_of_them.items():
            if cursor is None:
                wanted = trigger.event.team == team and event_name in (None, trigger.event.name)
                if wanted and trigger.created_at >= since:
                    yield trigger, place
            elif place == cursor:
                cursor = None

    def _places(self) -> Iterator[tuple[str, Trigger]]:
        triggers = list(filter(None, map(self._store.get, self._rows.triggers)))
        idle = [each for each in triggers if each.position is None and each.status in IDLE]
        for trigger in sorted(idle, key=_order, reverse=True):
            yield f"idle:{trigger.id}", trigger
        by_id = {trigger.id: trigger for trigger in triggers}
        for event in sorted(self._log.events, key=lambda each: each.position, reverse=True):
            yield f"ran:{event.id}", by_id[event.id]


def _order(trigger: Trigger) -> tuple[int, str]:
    return milliseconds(trigger.created_at), trigger.id
