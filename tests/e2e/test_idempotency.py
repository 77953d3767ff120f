"""The Idempotency-Key header over HTTP (D-5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from boto3.dynamodb.conditions import Attr

AT_ONCE = 8  # each needs an environment of its own, and two processors start few
EVENT = {"event_name": "purchase_completed", "event_data": {"order": "ORD-1"}}


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("purchase_completed")
    return partner


@pytest.fixture
def triggers_of(stack):
    """Reads the ids of all triggers that a team has, from the table itself."""
    resource = stack.session().resource("dynamodb", endpoint_url=stack.emulator_url)
    table = resource.Table(stack.outputs["TriggersTable"])

    def triggers_of(team: str) -> set[str]:
        found = table.scan(FilterExpression=Attr("team").eq(team) & Attr("sk").eq("TRIGGER"))
        return {row["pk"].removeprefix("TRIGGER#") for row in found["Items"]}

    return triggers_of


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


def test_d5_twenty_parallel_calls_with_one_key_are_one_event(partner, triggers_of):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        calls = [pool.submit(partner.api.send, EVENT, {"Idempotency-Key": "a"}) for _ in range(20)]
        replies = [call.result() for call in calls]
    accepted = [reply for reply in replies if reply.status == 201]
    refused = [reply for reply in replies if reply.status == 409]

    assert len(accepted) + len(refused) == 20
    assert len([reply for reply in accepted if not reply.headers["Idempotency-Replayed"]]) == 1
    assert {reply.json["trigger_id"] for reply in accepted} == triggers_of(partner.api.team)
    assert {reply.headers["Retry-After"] for reply in refused} <= {"1"}
