"""What an environment read lately, so that it need not read it again for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Remembered[Key, Value]:
    """Keeps what was found for a limited time. What was not found is looked for again."""

    def __init__(self, *, time: timedelta, most: int) -> None:
        self._time = time
        self._most = most
        self._known: dict[Key, tuple[Value, datetime]] = {}

    def get(
        self, key: Key, look_up: Callable[[Key], Value | None], *, now: datetime
    ) -> Value | None:
        if key in self._known:
            value, until = self._known[key]
            if now < until:
                return value
        found = look_up(key)
        if found is not None:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = (found, now + self._time)
        return found
