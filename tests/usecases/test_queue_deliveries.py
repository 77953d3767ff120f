"""What a queue or event bus is told beside the body, and what becomes of a delivery there."""

from dataclasses import replace

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.webhook import ErrorClass, WebhookAnswer
from tests.fakes.sender import OK
from tests.usecases.deliveries import EP, SECOND, START, TEAM, Post, answer

QUEUE = "sqs:arn:aws:sqs:eu-west-1:210987654321:orders.fifo"
ROLE = "arn:aws:iam::210987654321:role/partner-events-orders"


def a_post(*answers, url=QUEUE, **endpoint):
    post = Post(url=url, role_arn=ROLE, **endpoint)
    post.sender._scripts = {url: answers}
    return post


def test_a_queue_is_told_the_type_the_time_and_the_team():
    post = a_post()
    post.run(post.event(name="order.paid"))
    (request,) = post.sender.requests

    assert (request.posting.role_arn, request.posting.external_id) == (ROLE, TEAM)
    assert request.posting.event_type == "order.paid"
    assert (request.posting.occurred_at, request.posting.group) == (START, EP)


def test_events_of_one_lead_have_one_group_whatever_else_they_tell():
    post = a_post()
    for number, data in enumerate(('{"transaction_id":"t1","n":1}', '{"transaction_id":"t1"}')):
        post.run(post.event(f"e{number}", data=data))
    one, two = (each.posting.group for each in post.sender.requests)

    assert one == two != EP


def test_what_an_endpoint_wants_in_order_is_the_group():
    post = a_post()
    post.run(replace(post.event(data='{"transaction_id":"t1"}'), line="line-1"))

    assert post.sender.requests[0].posting.group == "line-1"


def test_a_url_is_told_nothing_more():
    post = Post()
    post.run(post.event())

    assert post.sender.requests[0].posting is None


def test_every_attempt_has_the_id_and_bytes_of_the_first_and_a_signature_of_its_own():
    post = a_post(answer(403), answer(503), OK)
    delivery = post.run(post.event())
    requests = post.sender.requests

    assert delivery.status is DeliveryStatus.DELIVERED
    assert [each.status_code for each in delivery.attempts] == [403, 503, 200]
    assert {(each.headers["webhook-id"], each.body) for each in requests} == {
        (delivery.id, requests[0].body)
    }
    assert len({each.headers["webhook-signature"] for each in requests}) == 3


@pytest.mark.parametrize("error", [ErrorClass.TOO_LARGE, ErrorClass.INTERNAL])
def test_only_what_no_queue_takes_ends_at_once_and_neither_counts_against_it(error):
    failed = WebhookAnswer(duration=SECOND, error=error)
    post = a_post(failed, failed, OK)
    delivery = post.run(post.event())
    final = error is ErrorClass.TOO_LARGE

    assert (delivery.status is DeliveryStatus.FAILED) is final
    assert len(delivery.attempts) == (1 if final else 3)
    assert post.health.failing_since is None


def test_the_limits_of_an_endpoint_hold_for_a_queue_too():
    post = a_post(rate_per_second=1)
    for number in range(3):
        post.deliver(post.event(f"e{number}"))

    assert len(post.sender.requests) == 1


def test_a_queue_that_is_switched_off_holds_what_is_for_it():
    post = a_post(active=False)

    assert post.run(post.event()).status is DeliveryStatus.HELD
    assert post.sender.requests == []
