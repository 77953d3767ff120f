"""Stored texts of messages through the management API (contract 7)."""

import pytest


def test_a_template_is_put_shown_listed_and_deleted(stack):
    created = stack.call("put_template")
    shown = stack.call("get_template")
    listed = stack.call("list_templates")
    deleted = [stack.call("delete_template") for _ in range(2)]
    gone = stack.call("get_template")

    assert (created.status, shown.status) == (201, 200)
    assert created.body == shown.body
    assert (shown.body["key"], shown.body["channel"]) == ("welcome", "email")
    assert listed.body == {"templates": [shown.body], "next_cursor": None, "has_more": False}
    assert [reply.status for reply in deleted] == [204, 204]
    assert (gone.status, gone.body["message"]) == (404, "Template not found")


def test_another_put_replaces_all_texts(stack):
    created = stack.call("put_template")
    replaced = stack.call("put_template", body={"channel": "sms", "text": "Hi {{contact.name}}"})

    assert (replaced.status, replaced.body["subject"]) == (200, None)
    assert replaced.body["created_at"] == created.body["created_at"]


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "email", "subject": "s"},
        {"channel": "email", "html": "h"},
        {"channel": "sms", "text": "t", "html": "h"},
        {"channel": "sms"},
        {"channel": "pigeon", "text": "t"},
        {"channel": "sms", "text": "{{#if x}}"},
    ],
)
def test_a_template_that_could_not_be_sent_is_refused(stack, body):
    assert stack.call("put_template", body=body).status == 400
