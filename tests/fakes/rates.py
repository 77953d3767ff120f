"""Rate counters in memory."""

from partner_events.domain.rate_limit import Window


class InMemoryTokenCounter:
    def __init__(self) -> None:
        self._granted: dict[tuple[str, Window], int] = {}

    def lease(self, name: str, window: Window, *, count: int, limit: int) -> tuple[bool, int]:
        granted = self._granted.get((name, window), 0)
        if granted + count > limit:
            return False, granted
        self._granted[name, window] = granted + count
        return True, granted + count

    def taken(self, name: str, window: Window) -> int:
        return self._granted.get((name, window), 0)
