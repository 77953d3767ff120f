"""Deliveries, and the health of the endpoints they go to, in memory."""

from collections.abc import Mapping, Sequence

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.ids import DeliveryId, EndpointId, TeamId
from partner_events.ports import AlreadyThere


class InMemoryDeliveryStore:
    def __init__(self) -> None:
        self.deliveries: dict[DeliveryId, Delivery] = {}
        self.health: dict[tuple[TeamId, EndpointId], EndpointHealth] = {}

    def get(self, id: DeliveryId) -> Delivery | None:
        return self.deliveries.get(id)

    def get_all(self, ids: Sequence[DeliveryId]) -> list[Delivery]:
        return [self.deliveries[id] for id in ids if id in self.deliveries]

    def find(
        self, id: DeliveryId, *, team: TeamId, endpoint: EndpointId
    ) -> tuple[Delivery | None, EndpointHealth]:
        return self.get(id), InMemoryHealthStore(self).get(team, endpoint)

    def save(self, delivery: Delivery, *, standing: Delivery | None) -> None:
        if _state(self.get(delivery.id)) != _state(standing):
            raise AlreadyThere(delivery.id)
        self.deliveries[delivery.id] = delivery


class InMemoryHealthStore:
    def __init__(self, rows: InMemoryDeliveryStore) -> None:
        self._rows = rows

    def get(self, team: TeamId, endpoint: EndpointId) -> EndpointHealth:
        known = self._rows.health.get((team, endpoint))
        return known or EndpointHealth(team=team, endpoint=endpoint)

    def get_all(
        self, team: TeamId, endpoints: Sequence[EndpointId]
    ) -> Mapping[EndpointId, EndpointHealth]:
        return {each: self.get(team, each) for each in endpoints}

    def save(self, health: EndpointHealth, *, previous: EndpointHealth) -> None:
        if self.get(health.team, health.endpoint).version != previous.version:
            raise AlreadyThere(health.endpoint)
        self._rows.health[health.team, health.endpoint] = health

    def held(self, team: TeamId, endpoint: EndpointId) -> int:
        return sum(
            (each.team, each.endpoint) == (team, endpoint) and each.status is DeliveryStatus.HELD
            for each in self._rows.deliveries.values()
        )


def _state(delivery: Delivery | None) -> tuple[int, DeliveryStatus, str] | None:
    return delivery and (len(delivery.attempts), delivery.status, delivery.round)
