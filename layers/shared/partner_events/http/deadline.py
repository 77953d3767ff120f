"""One deadline over everything an attempt does."""

from datetime import timedelta
from time import monotonic


class Deadline:
    """Time that only runs out: no step, and no byte of an answer, can extend it."""

    def __init__(self, timeout: timedelta) -> None:
        self._started = monotonic()
        self._ends = self._started + timeout.total_seconds()

    def remaining(self) -> float:
        """Return the seconds left, always more than none, or raise `TimeoutError`."""
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("The deadline has passed")
        return left

    @property
    def elapsed(self) -> timedelta:
        return timedelta(seconds=monotonic() - self._started)
