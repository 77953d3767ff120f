"""What workflows need around their steps: how often they run, and what they wait for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from partner_events.domain.admission import Limit, Place
from partner_events.domain.trigger import Reason


class AdmissionStore(Protocol):
    def place(self, name: str) -> Place | None:
        """Find who has the place of this name."""

    def admit(
        self, limits: Sequence[Limit], *, who: str, now: datetime, place: Place | None = None
    ) -> Reason | None:
        """Count an execution in all of the ledgers and give it the place, or do none of that.

        Returns the reason of the first limit that has no room. Who was admitted before is again,
        and not counted twice. Raises `AlreadyThere` if the place is no longer that of
        `place.before`, or if others were faster every time.
        """
