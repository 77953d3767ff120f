"""Run an event in its own request, kill that request anywhere, and lose and double nothing."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import API_TIMEOUT, Status
from partner_events.usecases.trigger_event import BEGIN_WITHIN, FINISH_WITHIN
from tests.crash.test_crash_points import DELIVERIES, STEPS, assert_all_done, assert_no_effect, once
from tests.crash.world import Died, World


def points_of_a_request() -> int:
    world = World(failures=once)
    world.accept_and_run("t1")
    return world.faults.passed


def test_everything_is_done_when_the_request_is_answered_s_39_d_36():
    world = World()
    world.accept_and_run("t1")

    assert set(world.sends().values()) == {1}
    assert len(world.sends()) == DELIVERIES + STEPS
    world.drain()
    assert_all_done(world)


def test_the_messages_that_were_sent_as_promises_find_everything_done():
    world = World()
    world.accept_and_run("t1")
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}


def test_no_promise_comes_before_the_request_is_over_for_certain():
    world = World()
    world.accept_and_run("t1")

    promises = [
        each for each in world.queue.waiting if getattr(each.message, "trigger", "t1") == "t1"
    ]
    assert min(each.visible_at for each in promises) == world.now + API_TIMEOUT
    assert FINISH_WITHIN < API_TIMEOUT


@pytest.mark.parametrize("point", range(1, points_of_a_request() + 1))
def test_a_request_that_dies_at_any_call_loses_and_doubles_nothing(point):
    world = World(dies=lambda passed: passed == point, failures=once)
    with suppress(Died):
        world.accept_and_run("t1")
    world.drain()
    if world.triggers.get(TriggerId("t1")) is None:
        return assert_no_effect(world)

    assert_all_done(world)
    assert len(world.said()) == 1
    assert sum(count - 1 - once(id) for id, count in world.sends().items()) <= 1
    return None


@pytest.mark.parametrize("seed", range(100))
def test_a_request_in_a_storm_of_crashes_leaves_nothing_stuck(seed):
    random = Random(seed)
    world = World(
        dies=lambda _: random.random() < 0.05,
        repeats=lambda _: random.random() < 0.03,
        failures=once,
        random=random,
    )
    with suppress(Died):
        world.accept_and_run("t1")
    world.drain()
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger is None or trigger.is_over
    assert not world.sent_after_success
    assert not world.log.missed


def test_a_retry_is_not_waited_for_d_36():
    world = World(failures=lambda _: 1)
    world.accept_and_run("t1")
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger is not None
    assert trigger.state is Status.PROCESSING
    for delivery in world.deliveries.deliveries.values():
        assert (delivery.status, len(delivery.attempts)) == (DeliveryStatus.RETRYING, 1)
    world.drain()
    assert_all_done(world)


def test_a_scheduled_event_is_not_run_in_the_request_d_36():
    world = World()
    world.accept_and_run("t1", trigger_at=world.now + timedelta(hours=1))

    assert not world.receivers.seen
    (only,) = world.queue.waiting
    assert isinstance(only.message, RunTrigger)
    assert only.visible_at == world.now + timedelta(hours=1)


def test_what_a_slow_receiver_leaves_no_time_for_is_done_by_the_queues():
    world = World()
    started, answer = world.now, world.receivers.send

    def slow(request):
        world.now += timedelta(seconds=3)
        return answer(request)

    world.receivers.send = slow
    world.accept_and_run("t1")

    assert len(world.receivers.seen) == 2
    assert world.now < started + BEGIN_WITHIN + timedelta(seconds=3)
    world.drain()
    assert_all_done(world)
    assert set(world.sends().values()) == {1}


def test_a_receiver_gets_no_more_time_than_the_request_has_left():
    world = World()
    world.accept_and_run("t1")

    assert {each.timeout for each in world.receivers.requests} == {FINISH_WITHIN}


def test_a_repeat_with_the_same_key_runs_nothing_again_d_5():
    world = World()
    first = world.accept_and_run("t1", key="k")
    again = world.accept_and_run("t2", key="k")

    assert (first, again) == (("t1", False), ("t1", True))
    assert set(world.sends().values()) == {1}
