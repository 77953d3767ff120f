"""Keep an endpoint's limits, over all environments: its rate per second, and how many at once.

Who may not go now gets a turn: turns are given out one after the other at the endpoint's own
pace, so that a backlog waits in rough order and hardly anybody comes in vain. A turn is no
permit. That is taken at the moment of sending: of the attempts that begin within one second
of the clock, or are under way at one moment, there are never more than the limit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from partner_events.delivery_ports import EndpointPace
from partner_events.domain.endpoint import Endpoint

SECOND = timedelta(seconds=1)
FURTHEST_TURN = timedelta(minutes=10)  # beyond it they ask again: a queue delays by 15 minutes
SPREAD = 0.4
USUAL_ATTEMPT = timedelta(milliseconds=250)  # what turns at a capped endpoint reckon with
# How much longer than its attempt a slot is held by a worker that died.
SLOT_MARGIN = timedelta(seconds=5)


class NotNow(Exception):
    """The endpoint's limits do not let this attempt go; its turn comes at `turn`."""

    def __init__(self, turn: datetime) -> None:
        super().__init__(f"not before {turn}")
        self.turn = turn


@contextmanager
def paced(
    endpoint: Endpoint, *, now: datetime, luck: Callable[[], float], pace: EndpointPace
) -> Iterator[None]:
    """Hold what the endpoint's limits ask for, or raise `NotNow`. No limit costs no call."""
    slot, until = None, now + endpoint.timeout + SLOT_MARGIN
    cap, rate = endpoint.max_concurrency, endpoint.rate_per_second
    if cap is not None:
        slot = pace.take_slot(endpoint.id, of=cap, now=now, until=until)
        if slot is None:
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
