"""Deliveries in memory."""

from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.ids import DeliveryId
from partner_events.ports import AlreadyThere


class InMemoryDeliveryStore:
    def __init__(self) -> None:
        self.deliveries: dict[DeliveryId, Delivery] = {}

    def get(self, id: DeliveryId) -> Delivery | None:
        return self.deliveries.get(id)

    def save(self, delivery: Delivery, *, attempts_before: int) -> None:
        standing = self.get(delivery.id)
        if standing is None:
            expected = attempts_before == 0
        else:
            retrying = standing.status is DeliveryStatus.RETRYING
            expected = retrying and len(standing.attempts) == attempts_before > 0
        if not expected:
            raise AlreadyThere(delivery.id)
        self.deliveries[delivery.id] = delivery
