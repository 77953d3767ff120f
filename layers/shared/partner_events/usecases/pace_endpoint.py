"""Keep an endpoint's limits, over all environments: its rate per second, and how many at once.

Who may not go now gets a turn: turns are given out one after the other at the endpoint's own
pace, so that a backlog waits in rough order and hardly anybody comes in vain. A turn is no
permit. That is taken at the moment of sending: of the attempts that begin within one second
of the clock, or are under way at one moment, there are never more than the limit.

An endpoint that only fails has a limit of ours, so that a backlog for one that takes its time to
fail does not hold the workers that others wait for: few attempts at once try it. Who finds them
under way waits for as long again as it has been failing, and its environment asks nothing more
for a moment. The first success lifts the limit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from partner_events.delivery_ports import EndpointPace
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.ids import EndpointId

SECOND = timedelta(seconds=1)
FURTHEST_TURN = timedelta(minutes=10)  # beyond it they ask again: a queue delays by 15 minutes
SPREAD = 0.4
USUAL_ATTEMPT = timedelta(milliseconds=250)  # what turns at a capped endpoint reckon with
# How much longer than its attempt a slot is held by a worker that died.
SLOT_MARGIN = timedelta(seconds=5)
TRIES_IN_TROUBLE = 2  # at once, of an endpoint that only fails
JAMMED_FOR = timedelta(seconds=5)


class NotNow(Exception):
    """The endpoint's limits do not let this attempt go; its turn comes at `turn`."""

    def __init__(self, turn: datetime) -> None:
        super().__init__(f"not before {turn}")
        self.turn = turn


class Jams:
    """Which endpoints this environment need not ask for at the moment."""

    def __init__(self) -> None:
        self._known: dict[EndpointId, tuple[datetime, timedelta]] = {}

    def note(self, health: EndpointHealth, *, now: datetime) -> None:
        failing_for = now - (health.failing_since or now)
        wait = min(max(failing_for, JAMMED_FOR), FURTHEST_TURN)
        self._known[health.endpoint] = (now + JAMMED_FOR, wait)

    def check(self, endpoint: EndpointId, *, now: datetime, luck: Callable[[], float]) -> None:
        """Raise `NotNow` without any call, if there is a jam."""
        until, wait = self._known.get(endpoint, (now, SECOND))
        if now < until:
            raise NotNow(now + wait * (1 + SPREAD * luck()))
        self._known.pop(endpoint, None)


@contextmanager
def paced(
    endpoint: Endpoint,
    health: EndpointHealth,
    *,
    now: datetime,
    luck: Callable[[], float],
    pace: EndpointPace,
    jams: Jams,
) -> Iterator[None]:
    """Hold what the endpoint's limits ask for, or raise `NotNow`. No limit costs no call."""
    slot, until = None, now + endpoint.timeout + SLOT_MARGIN
    rate = endpoint.rate_per_second
    cap = endpoint.max_concurrency
    if health.is_in_trouble:
        cap = min(cap or TRIES_IN_TROUBLE, TRIES_IN_TROUBLE)
    if cap is not None:
        slot = pace.take_slot(endpoint.id, of=cap, now=now, until=until)
        if slot is None:
            if health.is_in_trouble:
                jams.note(health, now=now)
                jams.check(endpoint.id, now=now, luck=luck)
            raise NotNow(_turn(endpoint, now, luck, pace))
    try:
        if rate is not None and not pace.take_token(endpoint.id, rate=rate, now=now):
            raise NotNow(_turn(endpoint, now, luck, pace))
        yield
    finally:
        if slot is not None:
            pace.free_slot(endpoint.id, slot, until=until)


def _turn(
    endpoint: Endpoint, now: datetime, luck: Callable[[], float], pace: EndpointPace
) -> datetime:
    steps = [SECOND / endpoint.rate_per_second] if endpoint.rate_per_second else []
    steps += [USUAL_ATTEMPT / endpoint.max_concurrency] if endpoint.max_concurrency else []
    turn = pace.next_turn(
        endpoint.id, step=max(steps), earliest=now + SECOND, latest=now + FURTHEST_TURN
    )
    return turn or now + FURTHEST_TURN * (1 + SPREAD * luck())
