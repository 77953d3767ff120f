"""AdmissionStore: what is counted is counted once, all of it or nothing, whoever asks again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from partner_events.domain.admission import ExecutionRef, Limit, Place
from partner_events.domain.ids import ExecutionId, TriggerId
from partner_events.domain.trigger import Reason
from partner_events.ports import AlreadyThere
from tests.ports.examples import HOUR, NOW
from tests.ports.stores import Stores


def a_limit(name: str = "one", most: int = 1, window: timedelta | None = HOUR) -> Limit:
    return Limit(name=name, most=most, reason=Reason.COOLDOWN, window=window)


def ref(id: str, page: int | None = None) -> ExecutionRef:
    return ExecutionRef(trigger=TriggerId(f"t-{id}"), execution=ExecutionId(id), page=page)


def ask(
    stores: Stores, who: str, *limits: Limit, now: datetime = NOW, place: Place | None = None
) -> Reason | None:
    return stores.admissions.admit(limits, who=who, now=now, place=place)


def test_a_limit_has_room_for_as_many_as_it_says(stores: Stores) -> None:
    answers = [ask(stores, f"e{number}", a_limit(most=3)) for number in range(5)]

    assert answers == [None] * 3 + [Reason.COOLDOWN] * 2


def test_who_was_admitted_is_again_and_not_counted_twice(stores: Stores) -> None:
    limit = a_limit(most=2)
    answers = [ask(stores, who, limit) for who in ("e1", "e1", "e2", "e1", "e3")]

    assert answers == [None, None, None, None, Reason.COOLDOWN]


def test_a_window_ends_to_the_millisecond(stores: Stores) -> None:
    ask(stores, "e1", a_limit())
    soon = NOW + HOUR - timedelta(milliseconds=1)

    assert ask(stores, "e2", a_limit(), now=soon) is Reason.COOLDOWN
    assert ask(stores, "e2", a_limit(), now=NOW + HOUR) is None


def test_a_limit_without_a_window_never_ends(stores: Stores) -> None:
    forever = a_limit(window=None)
    ask(stores, "e1", forever)

    assert ask(stores, "e2", forever, now=NOW + timedelta(days=9999)) is Reason.COOLDOWN


def test_a_ledger_remembers_for_as_long_as_any_of_its_limits_asks(stores: Stores) -> None:
    long, short = a_limit(most=2, window=24 * HOUR), a_limit(most=2)
    ask(stores, "e1", long)
    ask(stores, "e2", short, now=NOW + 2 * HOUR)

    assert ask(stores, "e3", long, now=NOW + 3 * HOUR) is Reason.COOLDOWN


def test_the_first_limit_without_room_refuses_and_nothing_is_counted(stores: Stores) -> None:
    free, full = a_limit("free"), a_limit("full")
    ask(stores, "e1", full)

    assert ask(stores, "e2", free, full) is Reason.COOLDOWN
    assert ask(stores, "e3", free) is None


def test_a_place_is_taken_by_who_knows_whom_they_replace(stores: Stores) -> None:
    first = Place(name="p", ref=ref("e1"))
    assert stores.admissions.place("p") is None
    assert ask(stores, "e1", place=first) is None
    second = Place(name="p", ref=ref("e2", page=4), before=ref("e1"))
    assert ask(stores, "e2", a_limit(), place=second) is None

    assert stores.admissions.place("p") == second


@pytest.mark.parametrize("before", [None, "e0"])
def test_who_comes_too_late_for_a_place_is_not_counted_either(
    stores: Stores, before: str | None
) -> None:
    ask(stores, "e1", place=Place(name="p", ref=ref("e1")))
    late = Place(name="p", ref=ref("e2"), before=ref(before) if before else None)
    with pytest.raises(AlreadyThere):
        ask(stores, "e2", a_limit(), place=late)

    assert ask(stores, "e3", a_limit()) is None


def test_of_many_at_once_no_more_than_the_limit_get_in(stores: Stores) -> None:
    def one(number: int) -> Reason | None:
        for _ in range(50):
            try:
                return ask(stores, f"e{number}", a_limit(most=3))
            except AlreadyThere:
                continue
        raise AssertionError("never got through")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, range(8)))

    assert answers.count(None) == 3
