"""Cancel at every moment of a run, with crashes, and prove that exactly one side wins (D-34)."""

from contextlib import suppress
from random import Random

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.errors import Conflict
from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.trigger import Status, Trigger
from tests.crash.world import TEAM, Died, World

RUNNING = 2  # executions that the event starts


def found(world: World) -> Trigger:
    trigger = world.triggers.get(TriggerId("t1"))
    assert trigger is not None
    return trigger


def assert_never_happened(world: World) -> None:
    assert found(world).state is Status.CANCELLED
    assert not world.receivers.seen
    assert not world.log.events
    assert not world.contacts.all_contacts


def assert_happened(world: World, state: Status) -> None:
    """The event is told to everyone, and each execution is counted exactly once."""
    trigger = found(world)
    assert trigger.state is state
    assert (trigger.total, trigger.sent + trigger.cancelled) == (RUNNING + 1, RUNNING)
    executions = world.executions.of_trigger(trigger.id)
    counted = [each.status for each in executions].count(ExecutionStatus.CANCELLED)
    assert counted == trigger.cancelled
    assert all(each.is_over for each in executions)
    deliveries = [each for each in world.deliveries.deliveries.values() if each.event == "t1"]
    assert [each.status for each in deliveries] == [DeliveryStatus.DELIVERED] * 2
    assert len(world.said()) == 1
    world.assert_contacts_told()
    assert not world.queue.dead


def turns_of_a_run() -> int:
    world, turns = World(failures=lambda _: 1), 0
    world.accept("t1")
    while world.queue.waiting:
        world.turn()
        turns += 1
    return turns


def test_a_queued_trigger_that_is_cancelled_has_no_effect():
    world = World()
    world.accept("t1")
    world.cancel("t1")
    world.drain()

    assert_never_happened(world)


def test_a_scheduled_trigger_that_is_cancelled_has_no_effect_though_its_message_comes():
    world = World()
    world.accept("t1", trigger_at=world.now.replace(year=2026, month=6))
    world.cancel("t1")
    world.drain()

    assert_never_happened(world)


@pytest.mark.parametrize("turn", range(turns_of_a_run() + 1))
def test_a_cancel_between_any_two_messages_stops_what_is_left_and_counts_all_s_37(turn):
    world = World(failures=lambda _: 1)
    world.accept("t1")
    for _ in range(turn):
        world.turn()
    try:
        world.cancel("t1")
    except Conflict:
        world.drain()
        return assert_happened(world, Status.COMPLETED)
    world.drain()
    if not world.log.events:
        return assert_never_happened(world)
    return assert_happened(world, Status.CANCELLED)


@pytest.mark.parametrize("seed", range(200))
def test_a_cancel_in_a_storm_of_crashes_leaves_nothing_stuck_or_counted_twice(seed):
    random = Random(seed)
    world = World(
        dies=lambda _: random.random() < 0.06,
        repeats=lambda _: random.random() < 0.03,
        failures=lambda id: int(id[-1] in "01234567"),
        random=random,
    )
    with suppress(Died):
        world.accept("t1")
    for _ in range(random.randrange(14)):
        if world.queue.waiting:
            world.turn()
    cancelled = cancel_until_answered(world)
    world.drain()
    if world.triggers.get(TriggerId("t1")) is None:
        assert not world.receivers.seen
    elif not world.log.events:
        assert_never_happened(world)
    elif not world.queue.dead:  # else it failed 14 times, and its owner is told
        assert_happened(world, Status.CANCELLED if cancelled else Status.COMPLETED)


def cancel_until_answered(world: World) -> bool:
    for _ in range(100):
        try:
            world.cancel("t1")
        except Died:
            world.turn() if world.queue.waiting and world.random.random() < 0.5 else None
        except Exception:  # over already, or never accepted
            return False
        else:
            return True
    raise AssertionError("no answer")


def test_a_cancel_that_died_half_way_is_finished_by_its_repeat_or_by_the_workers():
    for point in range(1, 20):
        world = World(failures=lambda _: 1)
        world.accept("t1", trigger_at=None)
        world.turn()
        fresh = world.faults.passed
        world.faults._dies = lambda passed, at=fresh + point: passed == at
        with suppress(Died):
            world.cancel("t1")
        was_decided = found(world).status is Status.CANCELLED
        world.drain()

        assert_happened(world, Status.CANCELLED if was_decided else Status.COMPLETED)


def test_the_repeat_of_a_cancel_whose_answer_was_lost_is_answered_alike():
    world = World()
    world.accept("t1")
    first, second = world.cancel("t1"), world.cancel("t1")

    assert first == second
    assert second.event.team == TEAM
