"""What workflows need around their steps: how often they run, and what they wait for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from partner_events.domain.admission import Limit, Place
from partner_events.domain.awaiting import Arrival, Waiter
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


class WaiterStore(Protocol):
    """Where executions and the events that they wait for meet.

    An execution first says that it waits, then looks what has arrived; an event first says that
    it has arrived, then looks who waits. So neither misses the other.
    """

    def wait(self, waiter: Waiter, *, until: datetime) -> None:
        """Keep a waiter, at least until then. Repeating the call is harmless."""

    def waiting(self, key: str) -> Sequence[Waiter]: ...

    def arrive(self, key: str, arrival: Arrival) -> None:
        """Keep an arrival for a day. Repeating the call is harmless."""

    def arrived(self, key: str, *, since: datetime) -> Sequence[Arrival]:
        """List what has arrived since then, the oldest first."""

    def forget(self, waiter: Waiter) -> None:
        """Remove a waiter who has nothing more to wait for."""
