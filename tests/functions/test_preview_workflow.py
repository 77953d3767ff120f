"""Previews of workflows: what would happen is shown, and nothing does."""

import json

import pytest

from tests.functions.conftest import Stack, client, sample

STEPS = [
    {"id": "mark", "type": "update_contact", "add_tags": ["seen"]},
    {"id": "pause", "type": "wait", "event": {"name": "purchase", "timeout": "P1D"}},
    {
        "id": "mail",
        "type": "email",
        "subject": "Hi {{contact.name}}",
        "text": "{{#each contact.tags}}{{this}} {{/each}}",
        "category": "transactional",
    },
    {"id": "big", "type": "webhook", "url": "https://example.com", "if": {"==": [1, 2]}},
    {
        "id": "tell",
        "type": "webhook",
        "url": "https://example.com/in",
        "method": "PUT",
        "headers": {"X-Token": "t0p", "X-Kind": "{{event.name}}"},
        "body": {"plan": "{{event.data.plan}}"},
    },
    {"id": "more", "type": "emit_event", "event_name": "seen", "event_data": {"a": 1}},
]


@pytest.fixture
def preview(stack: Stack):
    def ask(filters=None, steps=STEPS, status="draft"):
        definition = {
            "schema": 1,
            "key": "flow",
            "status": status,
            "triggers": [{"event": "user_signup"}],
            "steps": steps,
            **({"filters": filters} if filters else {}),
        }
        put = stack.call("put_workflow", body=definition, path={"key": "flow"})
        assert put.status == 201, put.body
        event = {
            **json.loads(sample("api/preview_workflow")["body"]),
            "event_data": {"plan": "pro"},
        }
        return stack.call("preview_workflow", body=event, path={"key": "flow"})

    return ask


def test_each_step_shows_what_it_would_do(preview):
    reply = preview()
    steps = reply.body["steps"]
    effects = {each["step"]: each["effects"] for each in steps if each["effects"]}

    assert reply.status == 200, reply.body
    assert (reply.body["would_run"], reply.body["status"]) == (True, "completed")
    assert [(each["step"], each["status"]) for each in steps] == [
        ("mark", "completed"),
        ("pause", "waiting"),
        ("pause", "completed"),
        ("mail", "completed"),
        ("big", "skipped"),
        ("tell", "completed"),
        ("more", "completed"),
    ]
    assert effects["mark"][0]["tags"] == ["seen"]
    assert effects["mail"][0]["text"] == "seen "
    assert effects["tell"] == [
        {
            "kind": "request",
            "method": "PUT",
            "url": "https://example.com/in",
            "headers": {
                "X-Token": "********",
                "X-Kind": "user_signup",
                "content-type": "application/json",
            },
            "body": '{"plan":"pro"}',
        }
    ]
    assert (effects["more"][0]["name"], effects["more"][0]["data"]) == ("seen", {"a": 1})


def test_nothing_is_touched(preview, stack):
    preview()
    rows = [
        row
        for row in client("dynamodb").scan(TableName="test-Triggers")["Items"]
        if row["sk"]["S"] != "TOKENS"
    ]

    assert {row["pk"]["S"].partition("#")[0] for row in rows} <= {"RATE", "KEY"}  # the requests
    assert stack.call("list_contacts").body["contacts"] == []
    assert stack.call("list_triggers").body["triggers"] == []
    assert [stack.waiting(queue) for queue in ("TRIGGER", "STEP", "PAYOUT")] == [0, 0, 0]


def test_who_would_be_kept_out_is_told_why(preview):
    reply = preview(filters={"tags": {"any": ["vip"]}})

    assert (reply.body["would_run"], reply.body["reason"]) == (False, "tags")


def test_an_unknown_workflow_is_not_found(stack):
    assert stack.call("preview_workflow", path={"key": "none"}).status == 404
