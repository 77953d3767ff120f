"""Steps of every kind in the worker, from the definition that was put to what they changed."""

import json

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from tests.functions.conftest import Stack, client, sample

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


def test_an_email_and_a_text_message_reach_the_contact(ready):
    client("ses").verify_email_identity(EmailAddress="hello@acme.example")
    texts = {"category": "transactional", "text": "Hi {{contact.name}}"}
    put(
        ready,
        {
            "type": "email",
            "from": "Acme <hello@acme.example>",
            "subject": "Welcome, {{contact.name}}",
            "html": "<p>{{event.data.plan}}</p>",
            "category": "marketing",
        },
        {"type": "sms", "to": "+14155551234", **texts},
    )
    send(ready, event_data={"plan": "<pro>"})
    run(ready, 2)
    (mail,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    ((number, text, *_),) = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.values()

    assert mail.subject.startswith("Welcome, ")
    assert "&lt;pro&gt;" in mail.body
    assert "https://api.acme.example/unsubscribe/" in mail.body
    assert (number, text[:3]) == ("+14155551234", "Hi ")


def test_a_stored_template_is_used_and_the_step_s_own_texts_stand_before_it(ready):
    client("ses").verify_email_identity(EmailAddress="hello@acme.example")
    stored = {"channel": "email", "subject": "Stored", "html": "<p>{{contact.name}}</p>"}
    assert ready.call("put_template", body=stored, path={"key": "welcome"}).status == 201
    step = {"type": "email", "category": "transactional", "template": "welcome"}
    put(ready, step, {**step, "subject": "Own"})
    send(ready)
    run(ready, 2)
    mails = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages

    assert [each.subject for each in mails] == ["Stored", "Own"]
    assert all("<p>" in each.body for each in mails)
