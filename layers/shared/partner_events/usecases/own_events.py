"""What the product itself says happened takes the road of what partners say (DESIGN 3).

Such an event is a trigger whose id is a hash of its cause: telling it again tells nothing new.
First `announce` sends the message that will run it; then the store writes the trigger in the
transaction of the very thing that it tells of (its `told`). If that write fails or never comes,
the message finds no record and is dropped; once it stands, the message was sent before.

Who may not write triggers sends a `TellEvent` once the thing is on record (see `tell_team`).
No such event counts against a limit. One that tells of a contact names it by its id, so that
running it makes none: no event leads to another without end.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import Event
from partner_events.domain.ids import ContactId, TeamId, TriggerId, derived_uuid
from partner_events.domain.messages import RunTrigger, TellEvent
from partner_events.domain.trigger import API_TIMEOUT, WORKER_TIMEOUT, Trigger
from partner_events.jsontext import dumps, loads
from partner_events.ports import Dispatcher, TriggerStore

# Workers tell of things too, and have so much more time than an API function to write the
# record before its message is taken for an orphan.
PATIENCE = WORKER_TIMEOUT - API_TIMEOUT


def own_event_id(name: str, *cause: str, team: TeamId) -> TriggerId:
    return TriggerId(derived_uuid(name, team, *cause))


def own_event(
    name: str,
    *cause: str,
    team: TeamId,
    data: Mapping[str, Any],
    now: datetime,
    contact_id: ContactId | None = None,
    contact: ContactDetails | None = None,
) -> Trigger:
    """Make the one event of this name that `cause` leads to; workflows find its contact."""
    event = Event(
        team=team,
        name=name,
        data=dumps(dict(data)),
        contact=contact or ContactDetails(),
        contact_id=contact_id,
    )
    id = own_event_id(name, *cause, team=team)
    return Trigger.accept(event, id=id, now=now, trigger_at=None)


def announce(*told: Trigger, now: datetime, dispatcher: Dispatcher) -> None:
    """Send what will run these events, before anything is written. Repeating it is harmless."""
    dispatcher.send_all(
        [
            RunTrigger(team=each.event.team, trigger=each.id, accepted_at=now + PATIENCE)
            for each in told
        ],
        now=now,
    )


def tell_event(message: TellEvent, *, now: datetime, triggers: TriggerStore) -> RunTrigger:
    """Make the event that a message tells, unless it is there; return what will run it."""
    told = own_event(
        message.event,
        message.cause,
        team=message.team,
        data=loads(message.data),
        now=message.told_at,
    )
    triggers.add(told, now=now)
    return RunTrigger(team=message.team, trigger=told.id, accepted_at=now)
