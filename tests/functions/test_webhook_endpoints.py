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
        ({"event_types": [""]}, "event_types.0"),
        ({"event_types": ["*", " user signup"]}, "event_types.1"),
        ({"event_types": [".*"]}, "event_types.0"),
        ({"event_types": ["a*"]}, "event_types.0"),
        ({"event_types": ["x" * 257]}, "event_types.0"),
        ({"event_types": ["*.x"]}, "event_types.0"),
        ({"format": "xml"}, "format"),
        ({"secret": "hush"}, "secret"),
        ({"active": "yes"}, "active"),
        ({"headers": None}, "headers"),
        ({"headers": {"X-A": 1}}, "headers.X-A"),
        ({"headers": {"Host": "x"}}, "headers.Host"),
        ({"headers": {"webhook-id": "x"}}, "headers.webhook-id"),
        ({"headers": {"Content-Type": "text/xml"}}, "headers.Content-Type"),
        ({"headers": {"X A": "1"}}, "headers.X A"),
        ({"headers": {"": "1"}}, "headers."),
        ({"headers": {"X-A": "1\r\nX-B: 2"}}, "headers.X-A"),
        ({"headers": {"X-A": "ü"}}, "headers.X-A"),
        ({"headers": {"X-A": "1", "x-a": "2"}}, "headers"),
        ({"headers": {f"X-{n}": "1" for n in range(21)}}, "headers"),
        ({"headers": {"X-A": "1" * 4096}}, "headers"),
        ({"headers": {"Authorization": "********"}}, "headers.Authorization"),
        ({"rate_per_second": 0}, "rate_per_second"),
        ({"rate_per_second": 2.5}, "rate_per_second"),
        ({"max_concurrency": 0}, "max_concurrency"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": 31}, "timeout_seconds"),
        ({"filter": []}, "filter"),
        ({"ordering": "contact"}, "ordering"),
        ({"ordering": {}}, "ordering.by"),
        ({"ordering": {"by": "promoter"}}, "ordering.by"),
        ({"ordering": {"by": "data."}}, "ordering.by"),
        ({"ordering": {"by": "data..id"}}, "ordering.by"),
        ({"ordering": {"by": "lead", "policy": "drop"}}, "ordering.policy"),
        ({"ordering": {"by": "lead", "policy": "skip"}}, "ordering"),
        ({"ordering": {"by": "lead", "skip_after": 3}}, "ordering"),
        ({"ordering": {"by": "lead", "policy": "skip", "skip_after": 0}}, "ordering.skip_after"),
        ({"filter": {"is": 1}}, "filter"),
        ({"filter": {"==": [{"var": "data.amount"}, 1]}}, "filter.==.0.var"),
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


def test_an_endpoint_has_what_it_was_made_with(stack):
    given = {
        "url": "http://127.0.0.1/",
        "event_types": ["client.*", "Order placed! 😀", "client.*"],
        "format": "company",
        "description": "Ours",
        "active": False,
        "headers": {"X-Env": "live", "Authorization": "Bearer 1"},
        "rate_per_second": 5,
        "max_concurrency": 2,
        "timeout_seconds": 30,
        "filter": {">": [{"var": "event.data.amount"}, 99]},
        "ordering": {"by": "data.order.id", "policy": "skip", "skip_after": 3},
    }
    created = stack.call("create_webhook_endpoint", body=given).body
    shown = stack.call("get_webhook_endpoint", path={"id": created["id"]}).body

    assert {name: shown[name] for name in given} == given | {
        "event_types": ["client.*", "Order placed! 😀"],
        "headers": {"X-Env": "live", "Authorization": "********"},
    }


def test_an_endpoint_has_defaults_that_the_contract_names(stack):
    body = {"url": "http://127.0.0.1/", "event_types": ["*"]}
    shown = stack.call("create_webhook_endpoint", body=body).body

    assert (shown["format"], shown["active"], shown["headers"]) == ("standard", True, {})
    assert shown["timeout_seconds"] == 15
    assert shown["rate_per_second"] is shown["max_concurrency"] is shown["filter"] is None
    assert shown["ordering"] is None
    assert shown["secrets"] == [{"created_at": shown["created_at"], "expires_at": None}]
    assert shown["updated_at"] == shown["created_at"]


def test_every_wrong_header_is_named_and_no_value_is_told(stack):
    headers = {"Host": "a", "X-Fine": "1", "Transfer-Encoding": "b", "X-Token": "sesame\n"}
    body = {"url": "http://127.0.0.1/", "event_types": ["*"], "headers": headers}
    reply = stack.call("create_webhook_endpoint", body=body)

    assert [each["field"] for each in reply.body["details"]] == [
        "headers.Host",
        "headers.Transfer-Encoding",
        "headers.X-Token",
    ]
    assert "sesame" not in reply.text


def test_a_second_subscription_of_the_same_is_refused_and_the_first_is_named(stack):
    """An identical double subscription sends everything twice: contract 4(c)."""
    body = {"url": "http://127.0.0.1/", "event_types": ["a", "b"]}
    first = stack.call("create_webhook_endpoint", body=body).body
    again = stack.call("create_webhook_endpoint", body={**body, "event_types": ["b", "a"]})
    others = [
        {**body, "url": "http://127.0.0.1/other"},
        {**body, "event_types": ["a"]},
        {**body, "format": "company"},
        {**body, "filter": {"exists": [{"var": "event.data.a"}]}},
    ]

    assert again.status == 409
    assert first["id"] in again.body["message"]
    assert {stack.call("create_webhook_endpoint", body=each).status for each in others} == {201}
