"""Waits for events and exits: who wakes whom, by what, and which of two at once decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.messages import HearEvent, RunStep, RunTrigger
from partner_events.domain.trigger import Trigger
from tests.crash.world import START, TEAM, World, an_event, duplicated
from tests.usecases.flows import after_start, only, tell, the_execution, way

MINUTE = timedelta(minutes=1)
ENDS = (tell("bought", next="$end"), tell("nudge"))
EXIT = [{"event": "cancelled"}]
WAIT = {"id": "wait", "type": "wait", "for": "P1D"}


def awaiting(**event):
    usual = {"name": "purchase", "timeout": "PT1H", "on_event": "bought", "on_timeout": "nudge"}
    return {"id": "await", "type": "wait", "event": {**usual, **event}}


def send(world: World, id: str, name: str = "user_signup", **given) -> None:
    event = replace(an_event(), name=name, **given)
    trigger = Trigger.accept(event, id=id, now=world.now, trigger_at=None)
    world.triggers.add(trigger, now=world.now)
    message = RunTrigger(team=TEAM, trigger=trigger.id, accepted_at=world.now)
    world.queue.send(message, now=world.now)


def run_until(world: World, until) -> None:
    while any(each.visible_at <= until for each in world.queue.waiting):
        world.turn()
    world.now = max(world.now, until)


def at_the_wait(*steps, **more) -> World:
    world = only(World(), *(steps or (awaiting(), *ENDS)), **more)
    send(world, "t1")
    run_until(world, after_start(seconds=20))
    return world


def test_the_event_of_the_same_contact_wakes_it_and_its_data_are_kept():
    world = at_the_wait()
    send(world, "t2", "purchase", data='{"order_id":"o1","amount":5.00}')
    world.drain()
    execution = the_execution(world)

    assert way(world) == [("await", "completed", "event"), ("bought", "completed", None)]
    assert execution.finished_at < after_start(minutes=1)
    assert execution.outputs["await"]["data"]["order_id"] == "o1"
    assert str(execution.outputs["await"]["data"]["amount"]) == "5.00"


def test_without_the_event_it_goes_on_when_the_time_is_over():
    world = at_the_wait()
    send(world, "t2", "purchase", contact=replace(an_event().contact, external_id="x", email="x@y"))
    world.drain()

    assert way(world) == [("await", "completed", "timeout"), ("nudge", "completed", None)]
    late = the_execution(world).history[0].at - START - timedelta(hours=1)
    assert timedelta() <= late <= timedelta(seconds=2)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({">=": [{"var": "awaited.data.amount"}, 10]}, "event"),
        ({">": [{"var": "awaited.data.amount"}, 10]}, "timeout"),
        ({"==": [{"var": "awaited.contact_id"}, {"var": "contact.id"}]}, "event"),
    ],
)
def test_a_rule_tells_which_events_are_meant(condition, reason):
    world = at_the_wait(awaiting(**{"if": condition}), *ENDS)
    send(world, "t2", "purchase", data='{"amount":10.0}')
    world.drain()

    assert way(world)[0] == ("await", "completed", reason)


def test_without_targets_both_ways_go_on():
    world = at_the_wait(
        {"id": "await", "type": "wait", "event": {"name": "purchase.*", "timeout": "PT1H"}},
        tell("then"),
    )
    send(world, "t2", "purchase.completed")
    world.drain()

    assert way(world) == [("await", "completed", "event"), ("then", "completed", None)]


@pytest.mark.parametrize(("request_id", "reason"), [("a1", "event"), ("a2", "timeout")])
def test_an_event_may_be_matched_by_anything_it_has(request_id, reason):
    match = {"metadata.request_id": "a{{event.data.number}}"}
    world = only(World(), awaiting(match=match), *ENDS)
    send(world, "t1", data='{"number":1}')
    run_until(world, after_start(seconds=20))
    somebody = replace(an_event().contact, external_id="other", email="other@example.com")
    send(
        world,
        "t2",
        "purchase",
        metadata=f'{{"request_id":"{request_id}"}}',
        contact=somebody,
    )
    world.drain()

    assert way(world)[0] == ("await", "completed", reason)


def test_nothing_to_match_by_fails_the_step():
    world = at_the_wait(awaiting(match={"metadata.id": "{{nothing}}"}), *ENDS)

    assert the_execution(world).history[-1].error == "nothing_to_match"


def test_an_event_of_the_name_that_began_it_is_not_the_one_that_is_awaited():
    world = at_the_wait(awaiting(name="user_signup"), *ENDS)

    assert the_execution(world).waits
    send(world, "t2")
    run_until(world, world.now + MINUTE)
    assert way(world)[0] == ("await", "completed", "event")


def test_what_a_step_leads_to_before_its_wait_begins_is_not_missed():
    world = only(World(), tell("ask"), awaiting(), *ENDS)
    send(world, "t1")
    while not world.receivers.seen:
        world.turn()
    send(world, "t2", "purchase")  # the receiver answers while the request is still open
    for each in [*world.queue.waiting]:
        if isinstance(each.message, RunTrigger):
            world.hand_out(each)
    world.drain()

    assert ("await", "completed", "event") in way(world)


def test_a_cancel_ends_who_waits_for_an_event():
    world = at_the_wait()
    world.cancel("t1")
    send(world, "t2", "purchase")
    world.drain()

    assert the_execution(world).status is ExecutionStatus.CANCELLED


def test_a_workflow_that_is_deleted_or_edited_still_hears_what_it_waits_for():
    world = at_the_wait()
    world.workflows.delete(TEAM, "one")
    send(world, "t2", "purchase")
    world.drain()

    assert way(world)[0] == ("await", "completed", "event")


def test_an_event_takes_the_executions_of_its_contact_out():
    world = at_the_wait(WAIT, tell("then"), exit_on=EXIT)
    send(world, "t2", "cancelled")
    run_until(world, world.now + MINUTE)
    execution = the_execution(world)

    assert (execution.status.value, execution.failure) == ("cancelled", "exited")
    assert world.triggers.get("t1").cancelled == 1
    assert not world.waiters.waiters


@pytest.mark.parametrize(("rule", "status"), [(True, "cancelled"), ({"==": [1, 2]}, "running")])
def test_a_rule_tells_which_exits_are_meant(rule, status):
    world = at_the_wait(WAIT, exit_on=[{"event": "cancel*", "if": True}, {**EXIT[0], "if": rule}])
    send(world, "t2", "cancelled")
    run_until(world, world.now + MINUTE)

    assert the_execution(world).status.value == status


def test_somebody_else_s_event_takes_nobody_out():
    world = at_the_wait(WAIT, exit_on=EXIT)
    somebody = replace(an_event().contact, external_id="other", email="other@example.com")
    send(world, "t2", "cancelled", contact=somebody)
    run_until(world, world.now + MINUTE)

    assert the_execution(world).status is ExecutionStatus.RUNNING


def raced(name: str, *steps, seed_order: bool, **faults) -> World:
    """Both events at one moment: what begins the workflow, and what it waits for or ends by."""
    world = only(World(**faults), *steps, exit_on=EXIT)
    send(world, "t1")
    run_until(world, after_start(milliseconds=1) if seed_order else after_start(seconds=1))
    send(world, "t2", name)
    world.drain()
    return world


def points(name: str) -> int:
    return raced(name, awaiting(), *ENDS, seed_order=False).faults.passed


@pytest.mark.parametrize("seed_order", [False, True])
@pytest.mark.parametrize("point", range(1, points("purchase") + 1))
def test_an_event_that_comes_while_its_wait_is_written_is_never_missed(point, seed_order):
    world = raced(
        "purchase", awaiting(), *ENDS, seed_order=seed_order, dies=lambda count: count == point
    )

    assert world.triggers.get("t1").sent == 1
    target = "bought" if came_in_time(world) else "nudge"
    assert [step for step, _, _ in way(world)] == ["await", target]
    assert not world.queue.dead


def came_in_time(world: World) -> bool:
    """Tell whether the second event ran after the first: else nobody waited for it yet."""
    first, second = (world.triggers.get(id).started_at for id in ("t1", "t2"))
    return second >= first - timedelta(seconds=2)


@pytest.mark.parametrize("point", range(1, points("cancelled") + 1))
def test_an_exit_that_comes_while_the_execution_begins_is_never_missed(point):
    world = raced("cancelled", WAIT, *ENDS, seed_order=False, dies=lambda count: count == point)

    in_time = came_in_time(world)
    assert the_execution(world).failure == ("exited" if in_time else None)
    assert world.triggers.get("t1").cancelled == in_time
    assert not world.queue.dead


@pytest.mark.parametrize("point", [None, *range(1, 120)])
@pytest.mark.parametrize("first", [RunStep, HearEvent])
def test_of_timeout_and_event_at_once_exactly_one_decides(first, point):
    world = at_the_wait()
    world.now = after_start(hours=1)
    send(world, "t2", "purchase")
    passed = world.faults.passed
    world.faults._dies = lambda count: point is not None and count == passed + point
    hand_out_first(world, first)
    for each in [*world.queue.waiting]:
        duplicated(world, each.message)
    world.drain()
    steps = [step for step, _, _ in way(world)]

    assert steps in (["await", "bought"], ["await", "nudge"])
    assert world.triggers.get("t1").sent == 1
    assert not world.queue.dead


def hand_out_first(world: World, kind: type) -> None:
    """Let the event's trigger run, and then hand out the message of this kind before others."""
    for _ in range(3):
        for each in [*world.queue.waiting]:
            if isinstance(each.message, RunTrigger) and each.visible_at <= world.now:
                world.hand_out(each)
    for each in [*world.queue.waiting]:
        if isinstance(each.message, kind) and each.visible_at <= world.now:
            world.hand_out(each)
            return


def test_the_same_event_twice_wakes_once():
    world = at_the_wait()
    send(world, "t2", "purchase")
    for each in [*world.queue.waiting]:
        duplicated(world, each.message)
    world.drain()

    assert len(way(world)) == 2
