"""Look again and again, with a bound."""

import time
from collections.abc import Callable

LOOK_EVERY = 0.1


def wait_for[T](look: Callable[[], T], *, seconds: float, every: float = LOOK_EVERY) -> T:
    """Return the first true thing that `look` sees; when the time is up, what it saw last."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(every)
    return seen
