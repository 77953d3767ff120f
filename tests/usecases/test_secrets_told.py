"""What a body told its receiver in confidence is found however deep it is (F-14, D-43)."""

import pytest

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.redaction import SECRET_FIELDS
from partner_events.jsontext import MAX_DEPTH, dumps, loads
from partner_events.usecases.secrets_told import secrets_told
from tests.usecases.deliveries import Post, answer


def nested(levels: int, innermost: str) -> str:
    return '{"a":' * (levels - 1) + innermost + "}" * (levels - 1)


@pytest.mark.parametrize("field", SECRET_FIELDS)
def test_what_an_envelope_makes_deeper_than_what_may_come_in_is_sent_once_d_4(field):
    """A metadata's 32 levels are one less of the request, and one more than that in the body."""
    data = nested(MAX_DEPTH, f'{{"{field}":"XPQ-rT"}}')
    post = Post(answer(200, excerpt=b"thanks for XPQ-rT"))
    delivery = post.deliver(post.event(data=data))

    assert loads(data)
    assert delivery
    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.attempts[0].response == b"thanks for [redacted]"
    assert len(post.sender.requests) == 1


def test_a_secret_is_found_as_it_is_and_as_json_writes_it():
    body = dumps({"data": [{"temp_password": 'a"b'}, {"auth_token": 1}]})

    assert secrets_told(body.encode()) == ['a"b', 'a\\"b']
