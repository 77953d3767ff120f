"""Kill the process at every single call it makes, and prove that nothing is lost or doubled."""

import json
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Status, Trigger
from tests.crash.world import START, TEAM, Died, World, duplicated

DELIVERIES = 2  # endpoints that hear of the event, and of its contact
STEPS = 3  # steps of the two workflows that run


def once(webhook_id: str) -> int:
    """Fail half of the webhooks once, so that retries are under test too."""
    return int(webhook_id[-1] in "01234567")


def points_of_a_run() -> int:
    world = World(failures=once)
    world.accept("t1")
    world.drain()
    return world.faults.passed


def assert_all_done(world: World, id: str = "t1") -> Trigger:
    trigger = world.triggers.get(TriggerId(id))
    assert trigger is not None
    assert trigger.state is Status.COMPLETED
    assert (trigger.total, trigger.sent, trigger.failed) == (3, 2, 0)
    executions = world.executions.of_trigger(TriggerId(id))
    assert [each.status for each in executions] == [ExecutionStatus.COMPLETED] * 2
    deliveries = [each for each in world.deliveries.deliveries.values() if each.event == id]
    assert [each.status for each in deliveries] == [DeliveryStatus.DELIVERED] * DELIVERIES
    assert len(world.contacts.all_contacts) == 1
    world.assert_contacts_told()
    assert not world.sent_after_success
    assert not world.log.missed
    assert not world.queue.dead
    return trigger


def assert_no_effect(world: World) -> None:
    assert world.triggers.get(TriggerId("t1")) is None
    assert not world.receivers.seen
    assert not world.log.events
    assert not world.contacts.all_contacts


def test_without_a_crash_every_webhook_is_sent_once_and_taken():
    world = World()
    world.accept("t1")
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}
    assert len(world.sends()) == 2 * DELIVERIES + STEPS


@pytest.mark.parametrize("point", range(1, points_of_a_run() + 1))
def test_a_process_that_dies_at_any_call_loses_and_doubles_nothing(point):
    world = World(dies=lambda passed: passed == point, failures=once)
    try:
        world.accept("t1")
    except Died:
        world.drain()
        if world.triggers.get(TriggerId("t1")) is None:
            return assert_no_effect(world)
    world.drain()

    assert_all_done(world)
    assert len(world.said()) == 1
    repeated = sum(count - 1 - once(id) for id, count in world.sends().items())
    assert repeated <= 1
    return None


def calls_of_a_run() -> int:
    world = World(failures=once)
    world.accept("t1")
    world.drain()
    return world.faults.calls


@pytest.mark.parametrize("call", range(1, calls_of_a_run() + 1))
def test_a_call_whose_answer_was_lost_and_that_is_made_again_changes_nothing(call):
    world = World(repeats=lambda made: made == call, failures=once)
    world.accept("t1")
    world.drain()

    assert_all_done(world)
    assert len(world.said()) == 1
    assert sum(count - 1 - once(id) for id, count in world.sends().items()) <= 1


def accepted_at_last(world: World, key: str) -> str:
    """Send with an Idempotency-Key until an answer comes, as a careful partner does."""
    for attempt in range(100):
        with suppress(Died):
            answer = world.accept(f"{key}-{attempt}", key=key).answer
            return str(json.loads(answer)["trigger_id"])
    raise AssertionError("no answer")


@pytest.mark.parametrize("seed", range(300))
def test_crashes_duplicates_and_failing_receivers_leave_nothing_stuck_or_doubled(seed):
    random = Random(seed)
    unlucky = {str(number) for number in range(10) if random.random() < 0.15}
    world = World(
        dies=lambda _: random.random() < 0.08,
        repeats=lambda _: random.random() < 0.03,
        failures=lambda id: 2 * (str(int(id[-8:], 16))[-1] in unlucky),
        random=random,
    )
    ids = [accepted_at_last(world, f"order-{number}") for number in range(3)]
    for each in [*world.queue.waiting]:
        if random.random() < 0.1:
            duplicated(world, each.message)
    world.drain()

    finished = [world.triggers.get(TriggerId(id)) for id in ids]
    assert all(trigger and trigger.is_over for trigger in finished)
    assert {event.id for event in world.said()} <= set(ids)
    assert not world.sent_after_success
    assert not world.log.missed
    for trigger in finished:
        assert trigger
        if trigger.state is Status.COMPLETED:
            assert trigger.sent + trigger.failed == 2


def test_a_send_that_dies_between_message_and_record_leaves_no_trigger_and_no_effect():
    points = {"before the message": 3, "after the message": 4, "before the record": 5}
    for point in points.values():
        world = World(dies=lambda passed, point=point: passed == point)
        with pytest.raises(Died):
            world.accept("t1")
        world.drain()

        assert_no_effect(world)


def test_a_send_that_dies_after_its_record_has_its_effect_once():
    world = World(dies=lambda passed: passed == 6)
    with pytest.raises(Died):
        world.accept("t1")
    world.drain()

    assert_all_done(world)


def test_the_repeat_of_a_send_whose_answer_was_lost_gets_that_answer_d_5():
    world = World(dies=lambda passed: passed == 8)
    with pytest.raises(Died):
        world.accept("t1", key="order-1")
    again = world.accept("t2", key="order-1")
    world.drain()

    assert again.replayed
    assert '"trigger_id":"t1"' in again.answer
    assert_all_done(world)
    assert world.triggers.get(TriggerId("t2")) is None


def test_a_record_whose_message_comes_twice_has_one_effect():
    world = World()
    world.accept("t1")
    duplicated(world, world.queue.waiting[0].message)
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}


def test_a_record_whose_message_comes_thirty_seconds_late_has_one_effect():
    world = World()
    world.accept("t1")
    world.queue.waiting[0].visible_at += timedelta(seconds=30)
    duplicated(world, world.queue.waiting[0].message)
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}


def test_a_message_that_overtakes_its_record_waits_for_it():
    world = World()
    message = RunTrigger(team=TEAM, trigger=TriggerId("t1"), accepted_at=START)
    duplicated(world, message)
    world.hand_out(world.queue.waiting[0])
    world.accept("t1")
    world.drain()

    assert_all_done(world)
    assert set(world.sends().values()) == {1}


def test_a_message_without_a_record_is_dropped_once_its_request_can_no_longer_write_it():
    world = World()
    message = RunTrigger(team=TEAM, trigger=TriggerId("t1"), accepted_at=START)
    duplicated(world, message)
    world.drain()

    assert_no_effect(world)
    assert not world.queue.dead
    assert timedelta(seconds=15) < world.now - START < timedelta(seconds=30)


def worker_killed_right_after_the_first_request() -> World:
    world = World()
    world.accept("t1")
    killed = False

    def dies(_: int) -> bool:
        nonlocal killed
        if world.receivers.seen and not killed:
            killed = True
            return True
        return False

    world.faults._dies = dies
    world.drain()
    return world


def test_a_worker_killed_after_the_request_repeats_it_under_the_same_webhook_id():
    world = worker_killed_right_after_the_first_request()
    url, id, body, _ = world.receivers.seen[0]
    repeats = [each for each in world.receivers.seen[1:] if each[0] == url and each[2] == body]

    assert_all_done(world)
    assert [(each[1], each[2]) for each in repeats] == [(id, body)]


def test_an_endpoint_that_never_answers_is_given_up_on_with_a_reason():
    world = World(failures=lambda _: 1_000)
    world.accept("t1")
    world.drain()
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger is not None
    assert (trigger.state, trigger.failed) == (Status.COMPLETED, 2)
    for delivery in world.deliveries.deliveries.values():
        assert (delivery.status, delivery.failure) == (DeliveryStatus.FAILED, "exhausted")
        assert len(delivery.attempts) == 11


def test_a_message_that_fails_every_time_marks_its_trigger_failed():
    world = World(dies=lambda passed: passed > 7)
    world.accept("t1")
    world.drain()
    trigger = world.triggers.get(TriggerId("t1"))

    assert trigger is not None
    assert (trigger.state, trigger.failure) == (Status.FAILED, "internal")
