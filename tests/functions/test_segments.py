"""Segments through the management API (contract 7)."""

import json

import pytest

from partner_events.domain.key import Scope
from tests.functions.conftest import add_key, sample

RULE = json.loads(sample("api/put_segment")["body"])["rule"]


def test_a_segment_is_put_shown_listed_and_deleted(stack):
    created = stack.call("put_segment")
    shown = stack.call("get_segment")
    listed = stack.call("list_segments")
    deleted = [stack.call("delete_segment") for _ in range(2)]
    gone = stack.call("get_segment")

    assert (created.status, shown.status) == (201, 200)
    assert list(created.body) == ["key", "name", "rule", "created_at", "updated_at"]
    assert (created.body["key"], created.body["rule"]) == ("fresh", RULE)
    assert listed.body == {"segments": [shown.body], "next_cursor": None, "has_more": False}
    assert [reply.status for reply in deleted] == [204, 204]
    assert (gone.status, gone.body["message"]) == (404, "Segment not found")


def test_another_put_replaces_the_rule_and_keeps_the_birthday(stack):
    created = stack.call("put_segment")
    replaced = stack.call("put_segment", body={"rule": True})

    assert (replaced.status, replaced.body["rule"], replaced.body["name"]) == (200, True, "fresh")
    assert replaced.body["created_at"] == created.body["created_at"]


def test_no_digit_of_a_rule_is_lost_d_2(stack):
    body = '{"rule":{">=":[{"var":"contact.custom_fields.paid"},99.00]}}'
    stack.call("put_segment", body=body)

    assert '{">=":[{"var":"contact.custom_fields.paid"},99.00]}' in stack.call("get_segment").text


def test_every_problem_of_a_rule_is_named_at_once_d_6(stack):
    rule = {"and": [{"like": 1}, {"==": [1]}, {"exists": [{"var": "email"}]}]}
    reply = stack.call("put_segment", body={"rule": rule})

    assert (reply.status, reply.body["error"]) == (400, "Bad Request")
    assert reply.body["details"] == [
        {"field": "rule.and.0", "message": "'like' is not an operator"},
        {"field": "rule.and.1.==", "message": "takes 2 arguments, not 1"},
        {"field": "rule.and.2.exists.0.var", "message": "must begin with contact or now"},
    ]
    assert stack.call("get_segment").status == 404


@pytest.mark.parametrize(
    ("body", "path", "field"),
    [
        ({}, "fresh", "rule"),
        ({"rule": True, "name": ""}, "fresh", "name"),
        ({"rule": True, "key": "other"}, "fresh", "key"),
        ({"rule": True}, "Not-A-Key", "key"),
    ],
)
def test_a_segment_needs_a_rule_and_a_good_key(stack, body, path, field):
    reply = stack.call("put_segment", body=body, path={"key": path})

    assert (reply.status, [each["field"] for each in reply.body["details"]]) == (400, [field])


def test_segments_are_read_and_written_with_the_directory_s_scopes_d_8(stack):
    team = stack.parts.teams.get(sample("api/put_segment")["headers"]["x-team-id"])
    key = {"x-api-key": add_key(stack.parts, team, None, [Scope.DIRECTORY_READ])}

    assert stack.call("list_segments", headers=key).status == 200
    assert stack.call("put_segment", headers=key).status == 403
    assert stack.call("delete_segment", headers=key).status == 403
