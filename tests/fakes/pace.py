"""The limits of endpoints in memory."""

from datetime import datetime, timedelta

from partner_events.domain.ids import EndpointId
from partner_events.domain.rate_limit import Window
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from tests.fakes.rates import InMemoryTokenCounter

SECOND = timedelta(seconds=1)


class InMemoryEndpointPace:
    def __init__(self) -> None:
        self._tokens = InMemoryTokenCounter()
        self._slots: dict[tuple[EndpointId, int], datetime] = {}
        self._turns: dict[EndpointId, datetime] = {}

    def take_token(self, endpoint: EndpointId, *, rate: int, now: datetime) -> bool:
        return self._tokens.lease(endpoint, Window.around(now, SECOND), count=1, limit=rate)[0]

    def take_slot(
        self, endpoint: EndpointId, *, of: int, now: datetime, until: datetime
    ) -> int | None:
        for slot in range(of):
            if self._slots.get((endpoint, slot), now) <= now:
                self._slots[endpoint, slot] = until
                return slot
        return None

    def free_slot(self, endpoint: EndpointId, slot: int, *, until: datetime) -> None:
        if self._slots.get((endpoint, slot)) == until:
            del self._slots[endpoint, slot]

    def next_turn(
        self, endpoint: EndpointId, *, step: timedelta, earliest: datetime, latest: datetime
    ) -> datetime | None:
        turn = max(self._turns.get(endpoint, earliest), earliest)
        if turn > latest:
            return None
        self._turns[endpoint] = turn + step
        return from_milliseconds(milliseconds(turn))
