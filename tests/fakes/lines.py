"""The lines of ordered endpoints, in memory."""

from collections.abc import Sequence
from datetime import datetime

from partner_events.domain.messages import DeliverWebhook


class InMemoryLines:
    """Rows by their lines and places, as they are in the table."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[tuple[str, str], DeliverWebhook]] = {}

    def enter(self, places: Sequence[DeliverWebhook], *, now: datetime) -> None:  # noqa: ARG002
        for place in places:
            row = self._line(place).setdefault(_sort_key(place), place)
            if row.round <= place.round:
                self._line(place)[_sort_key(place)] = place

    def leave(self, place: DeliverWebhook) -> None:
        row = self._line(place).get(_sort_key(place))
        if row and row.round <= place.round:
            del self._line(place)[_sort_key(place)]

    def before(self, place: DeliverWebhook) -> DeliverWebhook | None:
        ahead = [key for key in self._line(place) if key[0] < place.position]
        return self._line(place)[max(ahead)] if ahead else None

    def after(self, place: DeliverWebhook) -> DeliverWebhook | None:
        behind = [key for key in self._line(place) if key[0] > place.position]
        return self._line(place)[min(behind)] if behind else None

    def _line(self, place: DeliverWebhook) -> dict[tuple[str, str], DeliverWebhook]:
        return self.rows.setdefault((place.endpoint, place.line), {})


def _sort_key(place: DeliverWebhook) -> tuple[str, str]:
    return place.position, place.delivery
