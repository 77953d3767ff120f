"""Find one event of the log by its id, which is its trigger's."""

from datetime import datetime, timedelta
from uuid import UUID

from partner_events.domain.errors import NotFound
from partner_events.domain.ids import Position, TriggerId, first_position, time_of
from partner_events.domain.log import LoggedEvent, shard_of
from partner_events.domain.team import Team
from partner_events.ports import EventLog, TriggerStore
from partner_events.usecases.list_events import KEPT_FOR
from partner_events.usecases.list_triggers import KEPT_FOR as TRIGGERS_KEPT_FOR

# The trigger says where in the log its event stands, but is kept for a third of the time. Later
# an event is looked for where it would stand if it ran soon after it was accepted, as nearly
# all do; an index of the log by id would cost every event another write.
BEFORE = timedelta(seconds=5)  # clocks differ
AFTER = timedelta(minutes=1)
EXAMINED = 1_000  # in each shard


def get_event(
    id: str, *, team: Team, now: datetime, triggers: TriggerStore, log: EventLog
) -> LoggedEvent:
    """Return a logged event. Raises `NotFound` before it is logged, and once it is not found."""
    trigger = triggers.get(TriggerId(id))
    if trigger is None:
        event = _search(id, team, now, log)
    elif trigger.event.team == team.id and trigger.position is not None:
        event = log.get(team.id, trigger.position, shard_of(trigger.position))
    else:
        event = None
    if event is None:
        raise NotFound("Event not found")
    return event


def _search(id: str, team: Team, now: datetime, log: EventLog) -> LoggedEvent | None:
    accepted_at = _time_in(id)
    if accepted_at is None or not now - KEPT_FOR - AFTER < accepted_at < now - TRIGGERS_KEPT_FOR:
        return None  # a younger event would have its trigger
    first, last = first_position(accepted_at - BEFORE), first_position(accepted_at + AFTER)
    for shard in range(team.log_shards.most):
        for after in {first, max(first, _hour(last))}:  # one reading stays within its hour
            events, _ = log.read(team.id, shard, after=after, before=last, limit=EXAMINED)
            for event in events:
                if event.id == id:
                    return event
    return None


def _hour(place: Position) -> Position:
    return first_position(time_of(place).replace(minute=0, second=0, microsecond=0))


def _time_in(id: str) -> datetime | None:
    """Read when an event was accepted out of its id. Ids that are made of a cause do not tell."""
    try:
        return time_of(id) if UUID(id).version == 7 and str(UUID(id)) == id else None
    except ValueError:
        return None
