"""TokenCounter: a window's tokens are leased, and never more than there are (D-7)."""

from datetime import timedelta

import pytest

from partner_events.domain.rate_limit import Window
from tests.ports.examples import HOUR, NOW
from tests.ports.stores import Stores

WINDOW = Window.around(NOW, HOUR)
NEXT = Window(WINDOW.end, HOUR)


def lease(
    stores: Stores, count: int, limit: int = 100, window: Window = WINDOW
) -> tuple[bool, int]:
    return stores.tokens.lease("acme#events", window, count=count, limit=limit)


def test_a_lease_tells_how_many_are_taken_altogether_d_7(stores: Stores) -> None:
    assert lease(stores, 20) == (True, 20)
    assert lease(stores, 5) == (True, 25)


def test_the_last_token_can_be_leased_d_7(stores: Stores) -> None:
    lease(stores, 99)

    assert lease(stores, 1) == (True, 100)
    assert lease(stores, 1) == (False, 100)


def test_a_lease_of_more_than_is_left_takes_nothing_d_7(stores: Stores) -> None:
    lease(stores, 95)

    assert lease(stores, 6) == (False, 95)
    assert lease(stores, 5) == (True, 100)


@pytest.mark.parametrize(("count", "limit"), [(101, 100), (1, 0)])
def test_a_first_lease_over_the_limit_takes_nothing_d_7(
    stores: Stores, count: int, limit: int
) -> None:
    assert lease(stores, count, limit) == (False, 0)
    assert lease(stores, 100) == (True, 100)


def test_a_limit_that_was_lowered_grants_nothing_more_d_7(stores: Stores) -> None:
    lease(stores, 50)

    assert lease(stores, 1, limit=10) == (False, 50)


def test_every_window_and_name_counts_for_itself_d_7(stores: Stores) -> None:
    lease(stores, 100)
    other = stores.tokens.lease("globex#events", WINDOW, count=100, limit=100)

    assert lease(stores, 100, window=NEXT) == other == (True, 100)
    assert WINDOW.end - WINDOW.start == timedelta(hours=1)


def test_what_is_taken_of_a_window_can_be_read_d_7(stores: Stores) -> None:
    lease(stores, 20)
    lease(stores, 5)

    assert stores.tokens.taken("acme#events", WINDOW) == 25
    assert stores.tokens.taken("acme#events", NEXT) == 0
    assert stores.tokens.taken("acme#api", WINDOW) == 0
