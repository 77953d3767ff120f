"""Waits: until when, exact to the second, and what a cancel or an edit meanwhile changes."""

from datetime import timedelta

import pytest

from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.trigger import Status
from tests.crash.world import START, World
from tests.usecases.flows import after_start, only, run, tell, the_execution, way

SLACK = timedelta(seconds=1)


def wait(id="wait", **what):
    return {"id": id, "type": "wait", **what}


def ended_at(world, step="wait"):
    return next(each.at for each in the_execution(world).history if each.step == step)


@pytest.mark.parametrize("span", ["PT1S", "PT15M", "PT16M", "PT5H7M3S", "P40D", "P366D"])
def test_a_wait_ends_to_the_second_a_second_or_a_year_later(span):
    from partner_events.domain.durations import parse_duration

    world = run(wait(**{"for": span}), tell("then"))
    late = ended_at(world) - START - parse_duration(span)

    assert timedelta() <= late <= SLACK
    assert way(world) == [("wait", "completed", "elapsed"), ("then", "completed", None)]


def test_a_span_may_be_a_template():
    world = run(wait(**{"for": "PT{{minutes}}M"}), variables='{"minutes":3}')

    assert timedelta() <= ended_at(world) - after_start(minutes=3) <= SLACK


def test_a_wait_counts_from_the_end_of_the_step_before():
    world = run(tell("one"), wait(**{"for": "PT10S"}), failures=lambda _: 0)

    assert ended_at(world) >= after_start(seconds=11)  # a request takes a second


def test_a_wait_until_a_moment_is_offset():
    until = {"until": "{{closes}}", "offset": "-PT1H"}
    world = run(wait(**until), variables='{"closes":"2026-01-03T12:00:00+02:00"}')

    assert ended_at(world).isoformat(timespec="seconds") == "2026-01-03T09:00:00+00:00"


@pytest.mark.parametrize(
    ("on_past", "steps"),
    [
        ("continue", [("wait", "past"), ("one", None), ("two", None)]),
        ("skip_next", [("wait", "past"), ("two", None)]),
        ("fail", [("wait", None)]),
    ],
)
def test_a_moment_that_has_gone_by_is_handled_as_the_step_says(on_past, steps):
    moment = wait(until="2026-01-01", on_past=on_past)
    world = run(moment, tell("one"), tell("two"))

    assert [(step, reason) for step, _, reason in way(world)] == steps


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ({"for": "{{nothing}}"}, "invalid_duration"),
        ({"until": "{{nothing}}"}, "invalid_moment"),
        ({"until": "2099-01-01"}, "too_far_ahead"),
        (
            {"window": {"from": "09:00", "to": "10:00", "timezone": "Mars/{{x}}"}},
            "invalid_timezone",
        ),
    ],
)
def test_what_is_no_moment_fails_the_step_by_name(step, error):
    world = run(wait(**step))

    assert the_execution(world).history[-1].error == error
    assert the_execution(world).status is ExecutionStatus.FAILED


def test_a_window_opens_by_the_clocks_of_the_place():
    window = {"from": "09:00", "to": "17:30", "days": ["mon"], "timezone": "America/{{city}}"}
    world = run(wait(window=window), variables='{"city":"New_York"}')

    assert ended_at(world).isoformat(timespec="seconds") == "2026-01-05T14:00:00+00:00"


def test_a_window_that_is_open_is_not_waited_for():
    world = run(wait(window={"from": "00:00", "to": "23:00"}))

    assert ended_at(world) - START < SLACK


def waiting(**more):
    world = only(World(), wait(**{"for": "P2D"}), tell("then"), **more)
    world.accept("t1")
    for _ in range(20):
        if world.executions.of_trigger("t1") and the_execution(world).waits:
            return world
        world.turn()
    raise AssertionError("nothing waits")


def test_a_cancel_while_waiting_ends_the_execution_at_once():
    world = waiting()
    cancelled = world.cancel("t1")
    world.drain()

    assert cancelled.status is Status.CANCELLED
    assert the_execution(world).status is ExecutionStatus.CANCELLED
    assert not [each for each in world.receivers.seen if "then" in each[0]]


def test_a_workflow_that_is_edited_meanwhile_changes_nothing_for_who_waits():
    world = waiting()
    world.put_workflow("one", ["other"], version=2)
    world.drain()

    assert [step for step, _, _ in way(world)] == ["wait", "then"]
    assert the_execution(world).version == 1


def test_an_execution_that_takes_too_long_fails_at_that_moment():
    world = run(wait(**{"for": "P2D"}), tell("then"), max_duration="P1D")
    late = the_execution(world).finished_at - START - timedelta(days=1)

    assert the_execution(world).failure == "max_duration"
    assert timedelta() <= late <= SLACK
