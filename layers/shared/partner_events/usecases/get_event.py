"""Find one event of the log by its id, which is its trigger's."""

from partner_events.domain.errors import NotFound
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.log import LoggedEvent
from partner_events.ports import EventLog, TriggerStore
from partner_events.usecases.list_events import SHARD


def get_event(id: str, *, team: TeamId, triggers: TriggerStore, log: EventLog) -> LoggedEvent:
    """Return a logged event. Raises `NotFound` before it is logged, or once its trigger is gone."""
    trigger = triggers.get(TriggerId(id))
    if trigger is not None and trigger.event.team == team and trigger.position is not None:
        event = log.get(team, trigger.position, SHARD)
        if event is not None:
            return event
    raise NotFound("Event not found")
