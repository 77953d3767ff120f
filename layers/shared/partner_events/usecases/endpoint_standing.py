"""How endpoints stand: their health, and how many deliveries they hold."""

from collections.abc import Sequence

from partner_events.delivery_ports import HealthStore
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.endpoint_health import Standing
from partner_events.domain.errors import Conflict
from partner_events.domain.ids import EndpointId


def standing_of(endpoints: Sequence[Endpoint], store: HealthStore) -> dict[EndpointId, Standing]:
    """Look them up for endpoints of one team."""
    if not endpoints:
        return {}
    team = endpoints[0].team
    known = store.get_all(team, [each.id for each in endpoints])
    return {id: Standing(health, store.held(team, id)) for id, health in known.items()}


def refuse_at_rest(endpoint: Endpoint, health: HealthStore) -> None:
    """Raise `Conflict` for an endpoint that takes nothing now."""
    if not endpoint.active:
        raise Conflict("The endpoint is not active")
    if health.get(endpoint.team, endpoint.id).is_disabled:
        raise Conflict("The endpoint is disabled: enable it first")
