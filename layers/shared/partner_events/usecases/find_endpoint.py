"""Find a webhook endpoint of a team."""

from partner_events.directory_ports import EndpointStore
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.errors import NotFound
from partner_events.domain.ids import EndpointId, TeamId


def find_endpoint(id: EndpointId, *, team: TeamId, endpoints: EndpointStore) -> Endpoint:
    """Raises `NotFound`, also for one of another team."""
    endpoint = endpoints.get(team, id)
    if endpoint is None:
        raise NotFound("Endpoint not found")
    return endpoint
