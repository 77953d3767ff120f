"""POST /webhooks/endpoints/{id}/rotate-secret: the routes' part of rotate_secret."""

import pytest

from tests.functions.conftest import client

OWN = "whsec_" + "A" * 32


@pytest.fixture
def made(stack):
    return stack.call("create_webhook_endpoint").body


@pytest.fixture
def rotate(stack, made):
    return lambda body=...: stack.call("rotate_secret", path={"id": made["id"]}, body=body)


def test_a_new_secret_is_made_and_shown_this_once(stack, made, rotate):
    reply = rotate()
    shown = stack.call("get_webhook_endpoint", path={"id": made["id"]})
    rows = str(client("dynamodb").scan(TableName="test-Directory")["Items"])

    assert reply.status == 200
    assert reply.body["secret"] != made["secret"]
    assert {**shown.body, "secret": reply.body["secret"]} == reply.body
    assert reply.body["secret"] not in shown.text + rows


def test_the_body_may_be_left_out_and_the_old_secret_signs_for_a_day(made, rotate):
    secrets = rotate("").body["secrets"]

    assert [each["expires_at"] is None for each in secrets] == [True, False]
    assert secrets[1]["created_at"] == made["created_at"]


def test_a_caller_may_bring_the_new_secret_and_revoke_the_old_one_at_once(rotate):
    reply = rotate({"secret": OWN, "old_secret_expires_in_seconds": 0})

    assert reply.body["secret"] == OWN
    assert len(reply.body["secrets"]) == 1


def test_the_sixth_live_secret_is_refused_and_the_way_out_is_told(rotate):
    statuses = [rotate().status for _ in range(5)]
    refused = rotate()

    assert statuses == [200, 200, 200, 200, 409]
    assert "old_secret_expires_in_seconds" in refused.body["message"]
    assert rotate({"old_secret_expires_in_seconds": 0}).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"secret": "hush"}, "secret"),
        ({"old_secret_expires_in_seconds": -1}, "old_secret_expires_in_seconds"),
        ({"old_secret_expires_in_seconds": 604_801}, "old_secret_expires_in_seconds"),
    ],
)
def test_a_field_that_is_wrong_is_named_d_6(rotate, body, field):
    reply = rotate(body)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]


def test_an_endpoint_that_is_not_there_is_404(stack):
    assert stack.call("rotate_secret").status == 404
