"""The Idempotency-Key header over HTTP (D-5)."""

import pytest

EVENT = {"event_name": "purchase_completed", "event_data": {"order": "ORD-1"}}


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("purchase_completed")
    return partner


def test_d5_the_same_key_and_body_replay_the_first_answer(partner):
    first, second = (partner.api.send(EVENT, {"Idempotency-Key": "a"}) for _ in range(2))

    assert (first.status, first.headers["Idempotency-Replayed"]) == (201, None)
    assert (second.status, second.headers["Idempotency-Replayed"]) == (201, "true")
    assert second.text == first.text


def test_d5_the_same_key_with_another_body_is_a_conflict(partner):
    partner.api.send(EVENT, {"Idempotency-Key": "a"})
    reply = partner.api.send({**EVENT, "event_data": {}}, {"Idempotency-Key": "a"})

    assert (reply.status, reply.text) == (
        409,
        '{"statusCode":409,"message":"This Idempotency-Key was used with another body",'
        '"error":"Conflict"}',
    )


def test_d5_another_key_or_none_is_another_event(partner, triggers_of):
    for headers in ({"Idempotency-Key": "a"}, {"Idempotency-Key": "b"}, {}):
        assert partner.api.send(EVENT, headers).status == 201

    assert len(triggers_of(partner.api.team)) == 3


@pytest.mark.parametrize("key", ["", "with space", "x" * 256])
def test_d5_a_key_that_is_none_is_refused(partner, key):
    assert partner.api.send(EVENT, {"Idempotency-Key": key}).status == 400
