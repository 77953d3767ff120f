"""Enable an endpoint that was disabled: from now on it is tried again, with a clean record."""

from datetime import datetime, timedelta

from partner_events.delivery_ports import HealthStore
from partner_events.directory_ports import EndpointStore
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.ports import Dispatcher
from partner_events.usecases.find_endpoint import find_endpoint
from partner_events.usecases.note_attempt import change_health
from partner_events.usecases.tell_team import news_of_enabling

# A call that is repeated tells of it again, in case the one before died on its way.
TOLD_AGAIN = timedelta(days=1)


def enable_webhook_endpoint(
    id: EndpointId,
    *,
    team: TeamId,
    now: datetime,
    endpoints: EndpointStore,
    health: HealthStore,
    dispatcher: Dispatcher,
) -> Endpoint:
    """Return the endpoint. What is held stays so until it is released. Raises `NotFound`."""
    endpoint = find_endpoint(id, team=team, endpoints=endpoints)
    enabled = change_health(lambda known: known.enabled(now=now), health.get(team, id), health)
    if enabled.enabled_at and now - enabled.enabled_at < TOLD_AGAIN:
        for told in news_of_enabling(enabled):
            dispatcher.send(told, now=now)
    return endpoint
