"""Waits, branches, conditions and failures, with a process that dies at every single call."""

from contextlib import suppress
from random import Random

import pytest

from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.trigger import Status
from tests.crash.world import Died, World, duplicated
from tests.usecases.flows import only, tell, the_execution

NEVER = {"==": [1, 2]}
FLOW = (
    tell("first"),
    {"id": "wait", "type": "wait", "for": "PT20M"},
    tell("skipped", **{"if": NEVER}),
    {
        "id": "pick",
        "type": "branch",
        "cases": [{"if": {"==": [{"var": "steps.skipped.status"}, "skipped"]}, "goto": "last"}],
        "else": "$fail",
    },
    tell("never"),
    tell("last", next="$end"),
)
WAY = ["first", "wait", "skipped", "pick", "last"]


def a_world(**faults) -> World:
    return only(World(**faults), *FLOW)


def passed_and_called() -> tuple[int, int]:
    world = a_world()
    world.accept("t1")
    world.drain()
    return world.faults.passed, world.faults.calls


POINTS, CALLS = passed_and_called()


def assert_went_its_way(world: World) -> None:
    trigger = world.triggers.get("t1")
    execution = the_execution(world)
    assert trigger.state is Status.COMPLETED
    assert (trigger.total, trigger.sent) == (1, 1)
    assert execution.status is ExecutionStatus.COMPLETED
    assert [each.step for each in execution.history] == WAY
    assert not world.queue.dead


def sent_by_steps(world: World) -> list[str]:
    return [id for _, id, _, _ in world.receivers.seen if id.startswith("msg_")]


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_process_that_dies_at_any_call_takes_no_step_twice_and_none_too_few(point):
    world = a_world(dies=lambda passed: passed == point)
    try:
        world.accept("t1")
    except Died:
        world.drain()
        if world.triggers.get("t1") is None:
            return
    world.drain()

    assert_went_its_way(world)
    assert len(set(sent_by_steps(world))) == 2
    assert len(sent_by_steps(world)) <= 3


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_process_that_dies_at_a_message_which_never_comes_again_leaves_nothing_stuck(point):
    world = a_world(dies=lambda passed: passed == point)
    world.queue.most_receives = 1
    with suppress(Died):
        world.accept("t1")
    world.drain()
    trigger = world.triggers.get("t1")

    assert trigger is None or trigger.is_over


@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_a_call_whose_answer_was_lost_changes_no_way(call):
    world = a_world(repeats=lambda made: made == call)
    world.accept("t1")
    world.drain()

    assert_went_its_way(world)


@pytest.mark.parametrize("seed", range(60))
def test_messages_that_come_twice_late_or_out_of_order_change_no_way(seed):
    random = Random(seed)
    world = a_world(
        dies=lambda _: random.random() < 0.05,
        repeats=lambda _: random.random() < 0.03,
        random=random,
    )
    for attempt in range(100):
        try:
            world.accept("t1")
        except Died:
            assert attempt < 99
        else:
            break
    for _ in range(500):
        if not world.queue.waiting:
            break
        if random.random() < 0.2:
            duplicated(world, random.choice(world.queue.waiting).message)
        world.turn()
    world.drain()

    trigger = world.triggers.get("t1")
    assert trigger.is_over
    if trigger.state is Status.COMPLETED:
        assert (trigger.total, trigger.sent + trigger.failed) == (1, 1)
