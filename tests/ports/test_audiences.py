"""AudienceStore, and what a walk means to the stores beside it: pages, counters, cancels."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from partner_events.domain.event import Audience
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import AudiencePage, Plan, Reason, Status, Trigger, Walk
from tests.ports.examples import (
    HOUR,
    NOW,
    SECOND,
    T1,
    a_logged_event,
    a_position,
    a_trigger,
    a_try,
    an_event,
)
from tests.ports.stores import Stores

LATER = NOW + SECOND
WALK = Walk(workflow="welcome", version=3, step="greet")


def a_page(number: int, *contacts: str, filtered: tuple[Any, ...] = ()) -> AudiencePage:
    return AudiencePage(number=number, contacts=tuple(map(ContactId, contacts)), filtered=filtered)


def found(stores: Stores, **options: Any) -> Trigger:
    trigger = stores.triggers.get(T1, **options)
    assert trigger is not None
    return trigger


@pytest.fixture
def walking(stores: Stores) -> Stores:
    """A trigger that has just begun to walk its audience."""
    start(stores)
    return stores


def start(stores: Stores) -> None:
    event = an_event(workflow="welcome", audience=Audience(frozenset({"b", "a"})))
    stores.triggers.add(a_trigger(event=event), now=NOW)
    stores.triggers.start(T1, now=NOW, position=a_position(), number=1)
    stores.triggers.plan(T1, Plan(walk=WALK), now=NOW)


def commit(stores: Stores, page: AudiencePage, cursor: str | None = None) -> bool:
    return stores.audiences.commit(T1, page, cursor=cursor, now=LATER)


def finish(stores: Stores, execution: Execution, at: Any = LATER) -> None:
    first = RunStep.of(execution, first=True)
    claimed = stores.executions.claim(first, now=at, until=at + HOUR)
    assert claimed is not None
    over = claimed.moved_on(a_try(), to=None, now=at)
    stores.executions.save(over, claimed=claimed)
    stores.executions.count(over)


@pytest.mark.parametrize("tags", [frozenset(), frozenset({"a", "b"})])
def test_an_audience_is_read_as_it_was_accepted_s_40(stores: Stores, tags: frozenset[str]) -> None:
    trigger = a_trigger(event=an_event(audience=Audience(tags)))
    stores.triggers.add(trigger, now=NOW)

    assert stores.triggers.get(T1) == trigger


def test_a_walk_begins_with_nothing_planned_and_is_not_over(walking: Stores) -> None:
    assert found(walking).walk == WALK
    assert (found(walking).state, found(walking).total) == (Status.PROCESSING, 0)


def test_a_page_is_kept_counted_and_passed_in_one(walking: Stores) -> None:
    filtered = ((ContactId("c3"), Reason.TAGS), (ContactId("c4"), Reason.SEGMENTS))
    page = a_page(0, "c1", "c2", filtered=filtered)
    done = commit(walking, page, cursor="next")
    walk = found(walking).walk

    assert done
    assert walking.audiences.page_from(T1, 0) == page
    assert walk is not None
    assert (walk.page, walk.cursor, walk.is_over, walk.planned) == (1, "next", False, 2)
    assert walk.filtered == {Reason.TAGS: 1, Reason.SEGMENTS: 1}
    assert (found(walking).total, found(walking).filtered) == (4, 2)


def test_a_page_is_decided_once(walking: Stores) -> None:
    commit(walking, a_page(0, "c1"), cursor="next")
    again = commit(walking, a_page(0, "c2"), cursor="other")

    assert not again
    assert walking.audiences.page_from(T1, 0) == a_page(0, "c1")
    assert found(walking).total == 1


def test_no_page_comes_before_its_turn_or_after_the_last(walking: Stores) -> None:
    early = commit(walking, a_page(1, "c1"), cursor="next")
    commit(walking, a_page(0, "c1"))
    late = commit(walking, a_page(1, "c2"))

    assert (early, late) == (False, False)
    assert found(walking).total == 1


def test_pages_that_came_to_nobody_are_passed_over(walking: Stores) -> None:
    commit(walking, a_page(0), cursor="1")
    commit(walking, a_page(1), cursor="2")
    commit(walking, a_page(2, "c1"), cursor="3")

    assert walking.audiences.page_from(T1, 0) == a_page(2, "c1")
    assert walking.audiences.page_from(T1, 3) is None


def test_a_trigger_is_completed_when_the_walk_and_all_executions_are_over(
    walking: Stores,
) -> None:
    commit(walking, a_page(0, "c1"), cursor="next")
    (first,) = a_page(0, "c1").executions(found(walking))
    finish(walking, first)
    between = found(walking)
    commit(walking, a_page(1, "c2"))
    (second,) = a_page(1, "c2").executions(found(walking))
    last = found(walking)
    finish(walking, second, at=NOW + HOUR)

    assert [between.state, last.state] == [Status.PROCESSING] * 2
    assert (between.sent, last.sent, found(walking).sent) == (1, 1, 2)
    assert (found(walking).state, found(walking).finished_at) == (Status.COMPLETED, NOW + HOUR)


def test_executions_are_listed_by_their_page(walking: Stores) -> None:
    pages = [a_page(0, "c1", "c2"), a_page(1, "c3")]
    commit(walking, pages[0], cursor="next")
    commit(walking, pages[1])
    for page in pages:
        for execution in page.executions(found(walking)):
            finish(walking, execution)
    of_page = [walking.executions.of_trigger(T1, page=number) for number in (0, 1)]

    assert [{each.contact for each in begun} for begun in of_page] == [{"c1", "c2"}, {"c3"}]
    assert [{each.page for each in begun} for begun in of_page] == [{0}, {1}]
    assert walking.executions.of_trigger(T1) == []


def test_failures_and_cancels_are_counted_with_their_page(walking: Stores) -> None:
    page = a_page(0, "c1", "c2")
    commit(walking, page)
    one, two = (RunStep.of(each, first=True) for each in page.executions(found(walking)))
    walking.executions.fail(one, reason="internal", now=LATER)
    walking.executions.cancel(two, now=LATER)
    walking.executions.cancel(two, now=LATER)

    assert (found(walking).failed, found(walking).cancelled) == (1, 1)
    assert found(walking).total == found(walking).failed + found(walking).filtered == 2


def test_an_execution_of_an_audience_is_counted_once_however_often_that_is_tried(
    walking: Stores,
) -> None:
    commit(walking, a_page(0, "c1", "c2"))
    one, two = a_page(0, "c1", "c2").executions(found(walking))
    finish(walking, one)
    finish(walking, two, at=NOW + HOUR)
    for begun in walking.executions.of_trigger(T1, page=0) * 2:
        walking.executions.count(begun)

    assert (found(walking).sent, found(walking).finished_at) == (2, NOW + HOUR)


def test_an_execution_is_counted_by_who_finds_it_over_after_a_worker_has_died(
    walking: Stores,
) -> None:
    commit(walking, a_page(0, "c1", "c2"))
    one, two = a_page(0, "c1", "c2").executions(found(walking))
    for execution in (one, two):
        first = RunStep.of(execution, first=True)
        claimed = walking.executions.claim(first, now=NOW, until=LATER)
        assert claimed is not None
        over = claimed.moved_on(a_try(), to=None, now=NOW)
        walking.executions.save(over, claimed=claimed)
    before = found(walking).sent
    failed = walking.executions.fail(RunStep.of(one, first=True), reason="internal", now=LATER)
    cancelled = walking.executions.cancel(RunStep.of(two, first=True), now=LATER)

    assert (before, failed, cancelled) == (0, False, False)
    assert (found(walking).sent, found(walking).state) == (2, Status.COMPLETED)


def test_a_walk_under_way_can_be_cancelled_d_34(walking: Stores) -> None:
    assert walking.triggers.cancel(T1, now=LATER)
    assert (found(walking).state, found(walking).finished_at) == (Status.CANCELLED, LATER)


def test_a_walk_that_is_over_can_be_cancelled_while_an_execution_is_left_d_34(
    walking: Stores,
) -> None:
    commit(walking, a_page(0, "c1"), cursor="next")
    commit(walking, a_page(1, "c2"))
    (first,) = a_page(0, "c1").executions(found(walking))
    finish(walking, first)

    assert walking.triggers.cancel(T1, now=LATER)


def test_what_is_completed_cannot_be_cancelled_d_34(walking: Stores) -> None:
    commit(walking, a_page(0, "c1"))
    (only,) = a_page(0, "c1").executions(found(walking))
    finish(walking, only)

    assert not walking.triggers.cancel(T1, now=LATER)
    assert found(walking).state is Status.COMPLETED


def test_an_audience_of_nobody_cannot_be_cancelled_afterwards_d_34(walking: Stores) -> None:
    commit(walking, a_page(0))

    assert not walking.triggers.cancel(T1, now=LATER)


def test_a_list_shows_how_far_an_audience_has_come(walking: Stores) -> None:
    walking.log.append(a_logged_event())
    commit(walking, a_page(0, "c1"))
    (only,) = a_page(0, "c1").executions(found(walking))
    finish(walking, only)
    listed = walking.trigger_list.newest(
        found(walking).event.team,
        shards=1,
        since=NOW - HOUR,
        now=LATER,
        event_name=None,
        cursor=None,
        at_once=10,
    )
    shown = next(trigger for trigger, _ in listed if trigger)

    assert shown == found(walking)
    assert (shown.state, shown.sent) == (Status.COMPLETED, 1)


def test_of_many_workers_that_plan_a_page_one_does(
    local_stores: Stores,
) -> None:
    start(local_stores)
    with ThreadPoolExecutor(8) as pool:
        attempts = pool.map(
            lambda number: commit(local_stores, a_page(0, f"c{number}"), cursor="next"), range(8)
        )
        done = list(attempts)

    assert done.count(True) == 1
    assert found(local_stores).total == 1


def test_executions_of_one_page_that_end_at_one_moment_are_all_counted(
    local_stores: Stores,
) -> None:
    start(local_stores)
    page = a_page(0, *(f"c{number}" for number in range(20)))
    commit(local_stores, page)
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda each: finish(local_stores, each), page.executions(found(local_stores)))
        )

    assert (found(local_stores).sent, found(local_stores).state) == (20, Status.COMPLETED)
