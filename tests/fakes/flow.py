"""What workflows need around their steps, in memory."""

from collections.abc import Sequence
from datetime import datetime

from partner_events.domain.admission import Ledger, Limit, Place
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
