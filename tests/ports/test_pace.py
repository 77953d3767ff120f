"""EndpointPace: an endpoint's limits hold for all environments together."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from threading import Barrier
from typing import Any

from partner_events.domain.ids import EndpointId
from partner_events.domain.rate_limit import Window
from tests.ports.examples import MILLISECOND, NOW, SECOND
from tests.ports.stores import Stores

EP, OTHER = EndpointId("ep_1"), EndpointId("ep_2")
UNTIL = NOW + 20 * SECOND
MINUTE = timedelta(minutes=1)


def test_a_second_has_as_many_tokens_as_the_rate_says(stores: Stores) -> None:
    taken = [stores.pace.take_token(EP, rate=3, now=NOW + n * MILLISECOND) for n in range(5)]

    assert taken == [True] * 3 + [False] * 2
    assert stores.pace.take_token(EP, rate=3, now=NOW + SECOND)
    assert stores.pace.take_token(OTHER, rate=3, now=NOW)


def test_as_many_slots_are_held_as_there_are_and_a_freed_one_is_free(stores: Stores) -> None:
    slots = [stores.pace.take_slot(EP, of=2, now=NOW, until=UNTIL) for _ in range(3)]
    assert slots[0] is not None
    stores.pace.free_slot(EP, slots[0], until=UNTIL)

    assert {*slots} == {0, 1, None}
    assert slots[2] is None
    assert stores.pace.take_slot(EP, of=2, now=NOW, until=UNTIL) == slots[0]
    assert stores.pace.take_slot(OTHER, of=1, now=NOW, until=UNTIL) == 0


def test_a_slot_of_a_worker_that_died_is_free_when_its_time_is_over(stores: Stores) -> None:
    stores.pace.take_slot(EP, of=1, now=NOW, until=UNTIL)

    assert stores.pace.take_slot(EP, of=1, now=UNTIL - MILLISECOND, until=UNTIL) is None
    assert stores.pace.take_slot(EP, of=1, now=UNTIL, until=UNTIL + MINUTE) == 0


def test_who_comes_back_too_late_frees_nobody_elses_slot(stores: Stores) -> None:
    stores.pace.take_slot(EP, of=1, now=NOW, until=UNTIL)
    stores.pace.take_slot(EP, of=1, now=UNTIL, until=UNTIL + MINUTE)
    stores.pace.free_slot(EP, 0, until=UNTIL)

    assert stores.pace.take_slot(EP, of=1, now=UNTIL, until=UNTIL + MINUTE) is None


def test_a_freed_slot_can_be_freed_again(stores: Stores) -> None:
    stores.pace.free_slot(EP, 0, until=UNTIL)
    stores.pace.free_slot(EP, 0, until=UNTIL)

    assert stores.pace.take_slot(EP, of=1, now=NOW, until=UNTIL) == 0


def turns(stores: Stores, count: int, step: timedelta = SECOND / 2) -> list[timedelta | None]:
    given = [
        stores.pace.next_turn(EP, step=step, earliest=NOW + SECOND, latest=NOW + 3 * SECOND)
        for _ in range(count)
    ]
    return [None if turn is None else turn - NOW for turn in given]


def test_turns_follow_each_other_step_by_step_up_to_the_last(stores: Stores) -> None:
    assert turns(stores, 7) == [SECOND * n for n in (1, 1.5, 2, 2.5, 3)] + [None, None]


def test_turns_that_have_gone_by_are_not_given_out(stores: Stores) -> None:
    turns(stores, 3)
    late = NOW + MINUTE
    given = [
        stores.pace.next_turn(EP, step=SECOND, earliest=late, latest=late + MINUTE)
        for _ in range(2)
    ]

    assert given == [late, late + SECOND]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let as many workers act at one moment."""
    ready = Barrier(count)

    def run(number: int) -> Any:
        ready.wait(timeout=20)
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_forty_workers_never_take_more_than_the_rate_of_any_second(local_stores: Stores) -> None:
    random = Random(1)
    moments = [[NOW + random.random() * 5 * SECOND for _ in range(5)] for _ in range(40)]

    def work(number: int) -> list[datetime]:
        pace = local_stores.pace
        return [at for at in moments[number] if pace.take_token(EP, rate=7, now=at)]

    sent = [at for each in at_once(40, work) for at in each]
    by_second = Counter(Window.around(at, SECOND).start for at in sent)

    assert set(by_second.values()) == {7}
    assert len(by_second) == 5


def test_forty_workers_never_hold_more_slots_than_there_are(local_stores: Stores) -> None:
    slots = at_once(40, lambda _: local_stores.pace.take_slot(EP, of=6, now=NOW, until=UNTIL))
    held = [slot for slot in slots if slot is not None]

    assert len(held) == len(set(held)) <= 6
    assert len(held) >= 1


def test_forty_workers_get_forty_different_turns(local_stores: Stores) -> None:
    def work(_: int) -> datetime | None:
        return local_stores.pace.next_turn(
            EP, step=SECOND / 10, earliest=NOW + SECOND, latest=NOW + MINUTE
        )

    assert sorted(at_once(40, work)) == [NOW + SECOND + n * SECOND / 10 for n in range(40)]
