"""What workflows need around their steps, in memory."""

from collections.abc import Sequence
from datetime import datetime

from partner_events.domain.admission import Ledger, Limit, Place
from partner_events.domain.awaiting import Arrival, Waiter
from partner_events.domain.trigger import Reason
from partner_events.ports import AlreadyThere


class InMemoryAdmissionStore:
    def __init__(self) -> None:
        self.ledgers: dict[str, Ledger] = {}
        self.places: dict[str, Place] = {}

    def place(self, name: str) -> Place | None:
        return self.places.get(name)

    def admit(
        self, limits: Sequence[Limit], *, who: str, now: datetime, place: Place | None = None
    ) -> Reason | None:
        ledgers = {each.name: self.ledgers.get(each.name, Ledger()) for each in limits}
        asked = [each for each in limits if not ledgers[each.name].has(who)]
        for limit in asked:
            if not ledgers[limit.name].has_room(limit, now=now):
                return limit.reason
        if place is not None:
            standing = self.places.get(place.name)
            if (standing.ref if standing else None) != place.before:
                raise AlreadyThere(place.name)
            self.places[place.name] = place
        for limit in asked:
            self.ledgers[limit.name] = ledgers[limit.name].taking(who, limit, now=now)
        return None


class InMemoryWaiterStore:
    def __init__(self) -> None:
        self.waiters: dict[tuple[str, str, str], Waiter] = {}
        self.arrivals: dict[tuple[str, datetime, str], Arrival] = {}

    def wait(self, waiter: Waiter, *, until: datetime) -> None:  # noqa: ARG002
        self.waiters[waiter.key, waiter.ref.execution, waiter.step] = waiter

    def waiting(self, key: str) -> Sequence[Waiter]:
        return [each for (of, *_), each in sorted(self.waiters.items()) if of == key]

    def arrive(self, key: str, arrival: Arrival) -> None:
        self.arrivals[key, arrival.at, arrival.trigger] = arrival

    def arrived(self, key: str, *, since: datetime) -> Sequence[Arrival]:
        found = sorted(self.arrivals.items())
        return [each for (of, at, _), each in found if of == key and at >= since]

    def forget(self, waiter: Waiter) -> None:
        self.waiters.pop((waiter.key, waiter.ref.execution, waiter.step), None)
