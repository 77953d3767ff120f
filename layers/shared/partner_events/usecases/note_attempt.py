"""Keep an endpoint's health up to date with an attempt that is on record."""

from collections.abc import Callable
from datetime import timedelta

from partner_events.delivery_ports import HealthStore
from partner_events.domain.delivery import Attempt
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.errors import Overtaken, TryLater
from partner_events.ports import AlreadyThere

TURNS = 20  # more than the failures that are counted: then a change is no longer needed


def note_attempt(
    attempt: Attempt, *, name: str, health: EndpointHealth, store: HealthStore
) -> EndpointHealth:
    """Return the health after an attempt; noting one again changes nothing.

    Mostly there is nothing to write. Raises `TryLater` if others were faster every time.
    """
    noted_at = attempt.at + attempt.duration
    try:
        return change_health(
            lambda known: known.after(attempt, name=name, noted_at=noted_at), health, store
        )
    except Overtaken as overtaken:
        raise TryLater(str(overtaken), after=timedelta(seconds=1)) from overtaken


def change_health(
    change: Callable[[EndpointHealth], EndpointHealth], health: EndpointHealth, store: HealthStore
) -> EndpointHealth:
    """Apply a rule to the health as it stands when it is written, or raise `Overtaken`."""
    for _ in range(TURNS):
        changed = change(health)
        if changed is health:
            return health
        try:
            store.save(changed, previous=health)
        except AlreadyThere:
            health = store.get(health.team, health.endpoint)
        else:
            return changed
    raise Overtaken("Others changed the endpoint's health every time")
