"""Webhook endpoints through the management API (contract 7)."""

import pytest
from standardwebhooks import Webhook

from tests.functions.conftest import client


def test_the_secret_of_an_endpoint_is_in_the_answer_to_its_creation_and_nowhere_else(stack):
    created = stack.call("create_webhook_endpoint")
    id, secret = created.body["id"], created.body["secret"]
    shown = stack.call("get_webhook_endpoint", path={"id": id})
    listed = stack.call("list_webhook_endpoints")

    assert created.status == 201
    assert id.startswith("ep_")
    assert Webhook(secret)
    assert {**shown.body, "secret": secret} == created.body
    assert listed.body["endpoints"] == [shown.body]
    assert secret not in shown.text + listed.text


def test_the_secret_is_encrypted_at_rest(stack):
    secret = stack.call("create_webhook_endpoint").body["secret"]
    rows = client("dynamodb").scan(TableName="test-Directory")["Items"]

    assert secret not in str(rows)


def test_a_caller_may_bring_a_secret(stack):
    secret = "whsec_" + "A" * 32
    body = {"url": "http://127.0.0.1/", "event_types": ["*"], "secret": secret}

    assert stack.call("create_webhook_endpoint", body=body).body["secret"] == secret


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": 5}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["user signup"]}, "event_types.0"),
        ({"event_types": ["*.x"]}, "event_types.0"),
        ({"format": "xml"}, "format"),
        ({"secret": "hush"}, "secret"),
        ({"active": "yes"}, "active"),
    ],
)
def test_a_field_that_is_wrong_is_named_d_6(stack, change, field):
    body = {"url": "http://127.0.0.1/", "event_types": ["*"], **change}
    reply = stack.call("create_webhook_endpoint", body=body)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/x",
        "ftp://x",
    ],
)
def test_an_endpoint_that_may_not_be_sent_to_is_refused_when_it_is_saved(stack, monkeypatch, url):
    monkeypatch.setenv("ALLOW_PRIVATE_TARGETS", "false")
    from partner_events import wiring

    wiring.parts.cache_clear()
    reply = stack.call("create_webhook_endpoint", body={"url": url, "event_types": ["*"]})

    assert reply.status == 400
    assert reply.body["message"].startswith("url ")


def test_a_deleted_endpoint_is_gone_and_can_be_deleted_again(stack):
    id = stack.call("create_webhook_endpoint").body["id"]
    deleted = [stack.call("delete_webhook_endpoint", path={"id": id}).status for _ in range(2)]

    assert deleted == [204, 204]
    assert stack.call("get_webhook_endpoint", path={"id": id}).status == 404
