"""Steps of every kind in the worker, from the definition that was put to what they changed."""

import json

import pytest

from tests.functions.conftest import Stack, sample

TXN = "txn_77"


@pytest.fixture
def ready(stack: Stack) -> Stack:
    stack.call("create_event_type", body={"name": "user_signup"})
    stack.call("create_campaign", body={"cid": "cmp_steps", "name": "Steps"})
    return stack


def put(stack: Stack, *steps: dict, **more: object) -> None:
    definition = {
        "schema": 1,
        "key": "steps",
        "status": "active",
        "triggers": [{"event": "user_signup"}],
        "steps": [{"id": f"step_{number}", **step} for number, step in enumerate(steps)],
        **more,
    }
    reply = stack.call("put_workflow", body=definition, path={"key": "steps"})
    assert reply.status == 201, reply.body


def send(stack: Stack, **said: object) -> None:
    event = sample("api/send_event/user_signup")
    body = {**json.loads(event["body"]), **said}
    assert stack.call("send_event", event, body=body).status == 201
    stack.work("run_triggers", "TRIGGER")


def run(stack: Stack, steps: int) -> None:
    for _ in range(steps):
        assert stack.work("run_steps", "STEP") == {"batchItemFailures": []}


def test_a_contact_and_a_lead_are_changed_by_steps(ready):
    campaign = ready.call("list_campaigns").body["campaigns"][0]["cid"]
    lead = {"cid": campaign, "transaction_id": TXN, "cost": 1.5}
    assert ready.call("create_lead", body=lead).status == 201
    put(
        ready,
        {"type": "update_contact", "add_tags": ["buyer"], "set": {"plan": "{{event.data.plan}}"}},
        {
            "type": "update_lead",
            "transaction_id": "{{txn}}",
            "cost": {"operation": "add", "amount": "0.50"},
            "conversion": {"event_id": "sale", "revenue": 9},
        },
    )
    send(ready, event_data={"plan": "pro"}, variables={"txn": TXN})
    run(ready, 2)
    (contact,) = ready.call("list_contacts", query={"tag": "buyer"}).body["contacts"]
    changed = ready.call("get_lead", path={"transaction_id": TXN}).body

    assert contact["custom_fields"]["plan"] == "pro"
    assert (changed["cost"], changed["state"]) == (2.0, "active")
    assert [each["revenue"] for each in changed["conversions"]] == [9]
    assert ready.waiting("PAYOUT") == 1
