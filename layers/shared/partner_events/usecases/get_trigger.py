"""Find a trigger that the team itself accepted."""

from partner_events.domain.errors import NotFound
from partner_events.domain.ids import TeamId, TriggerId
from partner_events.domain.trigger import Trigger
from partner_events.ports import TriggerStore


def get_trigger(id: str, *, team: TeamId, triggers: TriggerStore) -> Trigger:
    """Return the team's trigger; another team's is `NotFound` like one that never was."""
    trigger = triggers.get(TriggerId(id))
    if trigger is None or trigger.event.team != team:
        raise NotFound("Trigger not found")
    return trigger
