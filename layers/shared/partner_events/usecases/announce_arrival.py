"""Tell whoever waits for an event that it has come."""

from collections.abc import Iterator, Sequence
from typing import Any

from partner_events.domain.awaiting import LONGEST_VALUE, Arrival, Meeting, Waiter, meetings
from partner_events.domain.ids import ContactId
from partner_events.domain.messages import HearEvent
from partner_events.domain.template_values import item, text
from partner_events.domain.trigger import Trigger
from partner_events.flow_ports import WaiterStore
from partner_events.usecases.step_context import awaited_values


def announce_arrival(
    trigger: Trigger,
    contact: ContactId | None,
    awaited: frozenset[str],
    *,
    waiters: WaiterStore,
) -> list[HearEvent]:
    """Note that the event has arrived where somebody may wait for it; name what wakes them.

    Repeating it is harmless: who was woken is not woken again.
    """
    assert trigger.started_at is not None
    arrival = Arrival(trigger=trigger.id, at=trigger.started_at, contact=contact)
    found: list[HearEvent] = []
    for meeting in meetings(awaited, trigger.event.name):
        value = _value(meeting, trigger, contact)
        if value is None:
            continue
        key = meeting.key(trigger.event.team, value)
        waiters.arrive(key, arrival)
        found += _messages(waiters.waiting(key), trigger, contact)
    return found


def _messages(
    waiting: Sequence[Waiter], trigger: Trigger, contact: ContactId | None
) -> Iterator[HearEvent]:
    for waiter in waiting:
        if waiter.ref.trigger == trigger.id:
            continue  # it is what began the execution
        yield HearEvent(
            team=trigger.event.team,
            trigger=waiter.ref.trigger,
            execution=waiter.ref.execution,
            page=waiter.ref.page,
            step=waiter.step,
            attempt=waiter.attempt,
            event=trigger.id,
            contact=contact,
        )


def _value(meeting: Meeting, trigger: Trigger, contact: ContactId | None) -> str | None:
    """Find what the event is matched by: its contact, or what stands at a path of it."""
    if not meeting.path:
        return contact
    found: Any = awaited_values(trigger, contact)
    for name in meeting.path.split("."):
        found = item(found, name)
    written = text(found, at_most=LONGEST_VALUE)
    return written if 0 < len(written) <= LONGEST_VALUE else None
