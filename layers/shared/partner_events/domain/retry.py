"""How often a failed step is tried again, and how long it waits in between."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Backoff(StrEnum):
    EXPONENTIAL = "exponential"  # `initial`, then twice as long each time, up to `max`
    FIXED = "fixed"  # `initial` each time
    TABLE = "table"  # the waits of `table`, of which the last repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """`give_up_after` counts from the first attempt: no attempt begins later than that."""

    max_attempts: int = 8
    backoff: Backoff = Backoff.EXPONENTIAL
    initial: timedelta = timedelta(seconds=10)
    max: timedelta = timedelta(hours=1)
    table: tuple[timedelta, ...] = ()
    jitter: float = 0.2
    give_up_after: timedelta | None = None

    def delay(
        self, attempt: int, *, luck: float, elapsed: timedelta = timedelta()
    ) -> timedelta | None:
        """Find the wait after a failed `attempt` (from 1), or None if it was the last.

        `luck` between 0 and 1 spreads the waits over ± `jitter`; `elapsed` is the time since
        the first attempt began.
        """
        if attempt >= self.max_attempts:
            return None
        wait = self._usual(attempt) * (1 + self.jitter * (2 * luck - 1))
        if self.give_up_after is not None and elapsed + wait > self.give_up_after:
            return None
        return wait

    def _usual(self, attempt: int) -> timedelta:
        match self.backoff:
            case Backoff.TABLE:
                return self.table[min(attempt, len(self.table)) - 1]
            case Backoff.FIXED:
                return self.initial
        longer: timedelta = self.initial * 2 ** (attempt - 1)
        return min(longer, self.max)
