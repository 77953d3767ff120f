"""Change what is given of a webhook endpoint: whoever else is at it, no change is lost."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from partner_events.directory_ports import EndpointStore
from partner_events.domain.cloud_target import check_role
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.endpoint_headers import unhidden
from partner_events.domain.errors import Overtaken
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.ports import AlreadyThere, WebhookSender
from partner_events.usecases.create_webhook_endpoint import refuse_target, refuse_twin
from partner_events.usecases.find_endpoint import find_endpoint

TRIES = 4  # each lost race means that somebody else got through


def change_webhook_endpoint(
    id: EndpointId,
    given: Mapping[str, Any],
    *,
    team: TeamId,
    now: datetime,
    endpoints: EndpointStore,
    sender: WebhookSender,
) -> Endpoint:
    """Raises `NotFound`, `InvalidInput`, `Conflict` as creating one does, or `Overtaken`."""
    if "url" in given:
        refuse_target(given["url"], sender)

    def change(current: Endpoint) -> Endpoint:
        new = current.changed(_unhidden(given, current), now=now)
        check_role(new.url, new.role_arn, new.headers)
        if not new.hears_the_same_as(current):
            refuse_twin(new, endpoints)
        return new

    return save_change(id, change, team=team, endpoints=endpoints)


def _unhidden(given: Mapping[str, Any], current: Endpoint) -> Mapping[str, Any]:
    if "headers" not in given:
        return given
    return {**given, "headers": unhidden(given["headers"], current.headers)}


def save_change(
    id: EndpointId,
    change: Callable[[Endpoint], Endpoint],
    *,
    team: TeamId,
    endpoints: EndpointStore,
) -> Endpoint:
    """Apply a change to the endpoint as it stands, again if it was changed meanwhile."""
    for _ in range(TRIES):
        current = find_endpoint(id, team=team, endpoints=endpoints)
        new = change(current)
        try:
            endpoints.save(new, previous=current)
        except AlreadyThere:
            continue
        return new
    raise Overtaken("The endpoint is being changed by others, try again")
