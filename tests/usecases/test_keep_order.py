"""What a worker does with a delivery whose turn it is not, and with what comes late or twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.messages import DeliverWebhook
from partner_events.domain.ordering import HeadPolicy, Ordering
from tests.usecases.deliveries import SECOND, Post, answer

ORDER = Ordering(by="contact")


def lined_up(post: Post, *ids: str) -> list[DeliverWebhook]:
    """Log events, and put their deliveries in one line."""
    messages = []
    for id in ids:
        messages.append(replace(post.event(id), line="ada"))
        post.now += SECOND
    post.ports.lines.enter(messages, now=post.now)
    return messages


def test_who_has_to_wait_is_recorded_and_called() -> None:
    post = Post(ordering=ORDER)
    first, second = lined_up(post, "e1", "e2")
    post.deliver(first)
    done = post.delivery(first)
    post.deliveries.deliveries.clear()  # as if it were under way
    post.ports.lines.enter([first], now=post.now)
    told = post.deliver(second)
    waits = post.delivery(second)
    post.dispatcher.sent.clear()
    post.deliveries.deliveries[done.id] = done
    post.deliver(first)
    (call,) = post.sent

    assert told is None
    assert (waits.status, waits.attempts) == (DeliveryStatus.PENDING, ())
    assert (call.delivery, call.attempt, call.due_at) == (second.delivery, 1, post.now)
    assert post.run(call).status is DeliveryStatus.DELIVERED


def test_who_waits_behind_one_without_a_record_has_it_looked_for_in_a_while() -> None:
    post = Post(ordering=ORDER)
    first, second = lined_up(post, "e1", "e2")
    post.deliver(second)

    assert post.sent == [replace(first, due_at=post.now + timedelta(minutes=10))]


def test_a_worker_that_died_while_it_recorded_another_round_waits_in_that_round() -> None:
    """The message of the round is all that is left, though attempts of earlier ones are there."""
    post = Post(answer(500), answer(500), ordering=ORDER)
    first, second = lined_up(post, "e1", "e2")
    post.deliver(first)
    post.ports.lines.leave(first)
    post.deliver(second)
    post.ports.lines.enter([first], now=post.now)
    ordered = replace(second, round="r1", again=True, line="")
    post.deliver(ordered)
    waits = post.delivery(second)
    post.ports.lines.leave(first)
    again = post.deliver(ordered, received=2)

    assert (waits.status, len(waits.attempts), waits.earlier) == (DeliveryStatus.PENDING, 1, 1)
    assert again
    assert (again.status, len(again.attempts)) == (DeliveryStatus.DELIVERED, 2)


def test_who_waits_takes_its_place_again_if_that_has_lapsed() -> None:
    post = Post(ordering=ORDER)
    first, second = lined_up(post, "e1", "e2")
    post.ports.lines.leave(second)
    post.deliver(second)

    assert post.ports.lines.after(first) == replace(second, attempt=1)


def test_a_copy_of_what_was_delivered_before_there_was_order_leaves_the_line() -> None:
    post = Post()
    message = post.event()
    post.deliver(message)
    post.change_endpoint(ordering=ORDER)
    copy = replace(message, line="ada")
    post.ports.lines.enter([copy], now=post.now)
    post.deliver(copy)
    following = replace(post.event("e2"), line="ada")

    assert post.ports.lines.before(replace(following, position="g")) is None
    assert len(post.sender.requests) == 1


@pytest.mark.parametrize(
    ("ordering", "failures", "passes"),
    [
        (ORDER, 10, False),
        (Ordering(by="contact", policy=HeadPolicy.SKIP, skip_after=3), 2, False),
        (Ordering(by="contact", policy=HeadPolicy.SKIP, skip_after=3), 3, True),
    ],
)
def test_a_head_lets_the_others_pass_after_as_many_failures_as_its_endpoint_says(
    ordering: Ordering, failures: int, passes: bool
) -> None:
    post = Post(*[answer(500)] * failures, ordering=ordering)
    first, second = lined_up(post, "e1", "e2")
    for attempt in range(1, failures + 1):
        post.deliver(replace(first, attempt=attempt))

    assert post.delivery(first).status is DeliveryStatus.RETRYING
    assert (post.ports.lines.before(second) is None) is passes


def test_an_endpoint_without_order_asks_nothing_of_lines() -> None:
    post = Post(answer(500))
    post.ports = replace(post.ports, lines=None)

    assert post.run(post.event()).status is DeliveryStatus.DELIVERED
