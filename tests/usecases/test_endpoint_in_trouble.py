"""An endpoint that only fails holds few workers, and none of its deliveries is lost by that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.endpoint_health import ENOUGH
from partner_events.domain.webhook import WebhookRequest
from partner_events.usecases.pace_endpoint import FURTHEST_TURN, JAMMED_FOR, TRIES_IN_TROUBLE
from tests.usecases.deliveries import SECOND, START, Post, answer

WITHIN_SQS = timedelta(minutes=15)


@pytest.fixture
def post():
    """An endpoint that has failed often enough, an hour ago."""
    post = Post(*[answer(503)] * ENOUGH)
    for number in range(ENOUGH):
        post.deliver(post.event(f"before{number}"))
    post.dispatcher.sent.clear()
    post.sender.requests.clear()
    post.now = START + timedelta(hours=1)
    return post


def beside(post: Post, status: int, others: int = 9) -> None:
    """Have others come while one attempt is under way."""

    def attempt(_: WebhookRequest):
        if len(post.sender.requests) < others:
            post.deliver(post.event(f"n{len(post.sender.requests)}"))
        return answer(status)

    post.sender._scripts = {"https://x.example": attempt}
    post.deliver(post.event("first"))


def test_few_at_once_try_it_and_the_others_wait_without_being_counted(post):
    beside(post, 503)
    waiting = [each for each in post.sent if each.attempt == 1]

    assert post.health.is_in_trouble
    assert len(post.sender.requests) == TRIES_IN_TROUBLE
    assert len(waiting) == 1
    assert FURTHEST_TURN <= waiting[0].due_at - post.now < WITHIN_SQS
    assert waiting[0].delivery not in post.deliveries.deliveries


def test_for_a_moment_whoever_comes_next_waits_and_nothing_is_asked(post):
    beside(post, 503)
    message = post.event("next")
    known = post.ports
    post.ports = replace(known, deliveries=None, endpoints=None, pace=None)
    for _ in range(100):
        post.deliver(message)
    waiting = [each for each in post.sent if each.event == "next"]
    post.ports = known
    post.now += JAMMED_FOR

    assert len(waiting) == 100
    assert all(each.due_at - START < timedelta(hours=1) + WITHIN_SQS for each in waiting)
    assert post.deliver(message)


def test_who_waits_comes_back_as_soon_as_it_has_been_failing_for():
    post = Post(*[answer(503)] * ENOUGH)
    for number in range(ENOUGH):
        post.deliver(post.event(f"before{number}"))
    post.dispatcher.sent.clear()
    post.sender.requests.clear()
    post.now = post.health.failing_since + 20 * SECOND
    beside(post, 503)
    (waiting,) = [each for each in post.sent if each.attempt == 1]

    assert 20 * SECOND <= waiting.due_at - post.now <= 28 * SECOND


def test_the_first_success_lets_all_of_them_go(post):
    beside(post, 200)
    (waiting,) = post.sent
    post.now = waiting.due_at
    post.sender.requests.clear()
    delivery = post.deliver(waiting)
    post.ports = replace(post.ports, pace=None)
    more = [post.deliver(post.event(f"more{n}")) for n in range(5)]

    assert not post.health.is_in_trouble
    assert delivery
    assert {each.status for each in (delivery, *more)} == {DeliveryStatus.DELIVERED}


def test_a_cap_of_its_own_that_is_lower_stays():
    post = Post(*[answer(503)] * ENOUGH, max_concurrency=1)
    for number in range(ENOUGH):
        post.deliver(post.event(f"before{number}"))
    post.sender.requests.clear()
    beside(post, 503)

    assert len(post.sender.requests) == 1
