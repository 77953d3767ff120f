"""Replays of executions, with a process that dies at every single call."""

from random import Random

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.domain.trigger import Status
from partner_events.usecases.replay_execution import Version, replay_execution
from tests.crash.world import TEAM, Died, World, duplicated
from tests.usecases.flows import only, tell

ID = TriggerId("01937b1e-6c00-7000-8000-000000007a11")


def a_world(**faults) -> World:
    """A world whose one event ran its workflow to the end, before anything goes wrong."""
    world = only(World(), tell("first"), tell("second"))
    world.accept(ID)
    world.drain()
    for name, decide in faults.items():
        setattr(world.faults, f"_{name}", decide)
    world.faults.passed = world.faults.calls = 0
    return world


def replay(world: World) -> None:
    (original,) = [each for each in world.executions.of_trigger(ID) if not each.replay_of]
    replay_execution(
        original.id,
        from_step="second",
        version=Version.ORIGINAL,
        team=TEAM,
        cause=world.new_id(),
        idempotency=None,
        answer=lambda execution: execution.id,
        now=world.now,
        triggers=world.faulty(world.triggers),
        executions=world.faulty(world.executions),
        workflows=world.faulty(world.workflows),
        dispatcher=world.faulty(world.queue),
    )


def passed_and_called() -> tuple[int, int]:
    world = a_world()
    replay(world)
    world.drain()
    return world.faults.passed, world.faults.calls


POINTS, CALLS = passed_and_called()


def assert_counted(world: World, replays: int) -> None:
    trigger = world.triggers.get(ID)
    executions = world.executions.of_trigger(ID)
    assert trigger.state is Status.COMPLETED
    assert (trigger.total, trigger.sent) == (1 + replays, 1 + replays)
    assert len(executions) == 1 + replays
    assert all(each.is_over for each in executions)
    ways = [[made.step for made in each.history] for each in executions if each.replay_of]
    assert ways == [["second"]] * replays
    assert not world.queue.dead


def told(world: World) -> set[str]:
    return {id for _, id, _, _ in world.receivers.seen if id.startswith("msg_")}


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_process_that_dies_at_any_call_leaves_a_whole_replay_or_none(point):
    world = a_world(dies=lambda passed: passed == point)
    begun = True
    try:
        replay(world)
    except Died:
        begun = len(world.triggers.get(ID).plan.executions) == 2
    world.drain()

    assert_counted(world, replays=int(begun))
    assert len(told(world)) == 2 + begun


@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_a_call_whose_answer_was_lost_makes_no_second_replay(call):
    world = a_world(repeats=lambda made: made == call)
    replay(world)
    world.drain()

    assert_counted(world, replays=1)


@pytest.mark.parametrize("seed", range(20))
def test_messages_that_come_twice_and_in_any_order_count_each_replay_once(seed):
    world = a_world()
    world.random = Random(seed)
    for _ in range(3):
        replay(world)
    for each in list(world.queue.waiting):
        duplicated(world, each.message)
    world.drain()

    assert_counted(world, replays=3)
