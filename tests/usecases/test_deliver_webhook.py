"""One message is one attempt, within the endpoint's limits, and held while it takes nothing."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.messages import DeliverWebhook
from partner_events.domain.webhook import ErrorClass, WebhookAnswer, WebhookRequest
from tests.crash.world import TEAM, World, duplicated
from tests.fakes.sender import OK
from tests.usecases.deliveries import SECOND, START, Post, answer


def test_a_delivery_that_was_given_up_unsent_is_not_begun_again_by_a_copy():
    world = World()
    endpoints = world.endpoints.all(TEAM)
    world.accept("t1")
    world.hand_out(world.queue.waiting[0])
    copies = [each.message for each in world.queue.waiting]
    for endpoint in endpoints:
        world.endpoints.delete(TEAM, endpoint.id)
    world.drain()
    for endpoint in endpoints:
        world.endpoints.add(endpoint)
    for message in copies:
        if isinstance(message, DeliverWebhook):
            duplicated(world, message)
    world.drain()

    assert not [each for each in world.receivers.seen if each[1].startswith("dlv_")]
    assert {each.failure for each in world.deliveries.deliveries.values()} == {"endpoint_deleted"}


def test_an_endpoint_that_is_gone_is_disabled_and_what_comes_after_is_held():
    post = Post(answer(410))
    gone = post.deliver(post.event("e1"))
    held = post.deliver(post.event("e2"))

    assert gone
    assert held
    assert (gone.status, gone.failure) == (DeliveryStatus.FAILED, "gone")
    assert (held.status, held.failure) == (DeliveryStatus.HELD, "endpoint_disabled")
    assert len(post.sender.requests) == 1
    assert post.told == ["endpoint.disabled"]
    assert not post.sent


def test_a_worker_that_died_after_its_record_tells_and_counts_what_it_meant_to():
    post = Post(answer(410))
    message = post.event()
    post.deliver(message)
    post.dispatcher.sent.clear()
    post.deliveries.health.clear()
    post.deliver(message, received=2)
    post.deliver(message, received=3)

    assert post.health.is_disabled
    assert post.told == ["endpoint.disabled"]
    assert len(post.sender.requests) == 1


def test_deliveries_under_way_are_held_when_the_owner_switches_the_endpoint_off():
    post = Post(answer(503))
    message = post.event()
    post.deliver(message)
    post.change_endpoint(active=False)
    held = post.run(replace(message, attempt=2))

    assert (held.status, held.failure) == (DeliveryStatus.HELD, "endpoint_inactive")
    assert len(post.sender.requests) == 1


def test_a_round_begins_a_delivery_again_whatever_came_of_it_before():
    post = Post(*[answer(500)] * 12)
    message = post.event()
    exhausted = post.run(message)
    again = post.run(replace(message, round="r1"))

    assert (exhausted.status, exhausted.failure) == (DeliveryStatus.FAILED, "exhausted")
    assert again.status is DeliveryStatus.DELIVERED
    assert len(again.attempts) == 13
    assert {each.headers["webhook-id"] for each in post.sender.requests} == {message.delivery}
    assert [each for each in post.told if each.startswith("delivery")] == [
        "delivery.exhausted",
        "delivery.recovered",
    ]


def test_what_was_delivered_is_sent_again_only_if_that_was_asked_for():
    post = Post()
    message = post.event()
    post.run(message)
    post.run(replace(message, round="r1"))
    unasked = len(post.sender.requests)
    post.run(replace(message, round="r2", again=True))
    post.run(replace(message, round="r2", again=True))

    assert (unasked, len(post.sender.requests)) == (1, 2)


def test_a_copy_of_an_earlier_round_does_nothing_in_a_later_one():
    post = Post(answer(500), answer(500))
    message = post.event()
    post.deliver(message)
    (retry,) = post.sent
    post.deliver(replace(message, round="r1"))
    post.now += 60 * SECOND

    assert post.deliver(retry) is None
    assert post.deliver(retry, received=2) is None
    assert len(post.sender.requests) == 2


def test_an_event_about_deliveries_tells_of_no_more_when_it_is_exhausted_itself():
    post = Post(*[answer(500)] * 11, answer(200))
    message = post.event(name="delivery.exhausted")
    post.run(message)
    post.run(replace(message, round="r1"))

    assert set(post.told) == {"endpoint.warned"}


def test_a_healthy_endpoint_costs_a_write_of_its_own_only_every_five_minutes():
    post = Post()
    versions = []
    for second in range(0, 600, 10):
        post.now = START + second * SECOND
        post.deliver(post.event(f"e{second}"))
        versions.append(post.health.version)

    assert versions[-1] == 2


@pytest.mark.parametrize("error", [ErrorClass.INTERNAL, ErrorClass.BLOCKED])
def test_what_is_no_fault_of_the_endpoint_does_not_make_it_failing(error):
    post = Post(WebhookAnswer(error=error, duration=SECOND))
    post.deliver(post.event())

    assert post.health.failing_since is None


def test_a_secret_that_the_receiver_echoes_is_not_stored_f_14():
    post = Post(answer(200, excerpt=b'got {"temp_password":"XPQ-rT"} and XPQ-rT'))
    delivery = post.deliver(post.event(data='{"promoter":{"temp_password":"XPQ-rT"}}'))

    assert delivery
    assert b"XPQ-rT" not in delivery.attempts[0].response
    assert b"XPQ-rT" in post.sender.requests[0].body


def test_no_second_has_more_attempts_than_the_rate_and_none_of_them_is_lost():
    post = Post(rate_per_second=5)
    waiting = [post.event(f"e{n}") for n in range(40)]
    sent, turns = Counter(), 0
    while waiting:
        post.now = max(post.now, min(each.due_at or START for each in waiting))
        due = next(each for each in waiting if (each.due_at or START) <= post.now)
        waiting.remove(due)
        made = post.deliver(due)
        sent[post.now.replace(microsecond=0)] += made is not None
        turns += 1
        waiting += post.sent
        post.dispatcher.sent.clear()

    assert len(post.sender.requests) == 40
    assert max(sent.values()) == 5
    assert post.now - START <= 9 * SECOND
    assert turns <= 3 * 40
    assert all(len(each.attempts) == 1 for each in post.deliveries.deliveries.values())


def test_an_attempt_over_the_cap_waits_without_being_counted():
    def nested(_: WebhookRequest) -> WebhookAnswer:
        if len(post.sender.requests) < 4:
            post.deliver(post.event(f"n{len(post.sender.requests)}"))
        return OK

    post = Post(max_concurrency=2)
    post.sender._scripts = {"https://x.example": nested}
    post.deliver(post.event("e1"))
    (waiting,) = post.sent

    assert len(post.sender.requests) == 2
    assert START + SECOND <= waiting.due_at <= START + 2 * SECOND
    assert waiting.delivery not in post.deliveries.deliveries


def test_what_waits_too_far_back_asks_again_later_instead_of_taking_a_turn():
    post = Post(rate_per_second=1)
    for number in range(650):
        post.deliver(post.event(f"e{number}"))
    last = post.sent[-1].due_at

    assert timedelta(minutes=10) < last - START < timedelta(minutes=15)


def test_an_endpoint_without_limits_is_asked_for_none():
    post = Post()
    post.ports = replace(post.ports, pace=None)

    assert post.deliver(post.event())
