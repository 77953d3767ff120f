"""Workflows through the management API: versions, status, and refusals (contract 7)."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from tests.functions.conftest import Stack, sample

WORKFLOW = json.loads(sample("api/put_workflow")["body"])
STEP = WORKFLOW["steps"][0]


def put(stack: Stack, **change):
    definition = {**WORKFLOW, **change}
    return stack.call("put_workflow", body=definition, path={"key": definition["key"]})


def fields(reply):
    return {each["field"] for each in reply.body["details"]}


def test_every_put_of_a_changed_workflow_makes_a_version(stack: Stack):
    first, second = put(stack), put(stack, name="Hello")
    shown, listed = stack.call("get_workflow"), stack.call("list_workflows")

    assert (first.status, first.body["version"]) == (201, 1)
    assert (second.status, second.body["version"]) == (200, 2)
    assert first.body["created_at"] == second.body["created_at"]
    assert shown.body == second.body
    assert listed.body["workflows"] == [shown.body]
    assert {**shown.body, **WORKFLOW, "name": "Hello"} == shown.body


def test_a_put_of_the_same_again_changes_nothing(stack: Stack):
    first, second = put(stack), put(stack)

    assert (second.status, second.body) == (200, first.body)
    assert stack.call("get_workflow_version", path={"key": "welcome", "n": "2"}).status == 404


def test_a_version_stays_as_it_was_put_whatever_comes(stack: Stack):
    first = put(stack)
    put(stack, name="Hello")
    stack.call("set_workflow_status")
    stack.call("delete_workflow")
    shown = stack.call("get_workflow_version")

    assert (shown.status, shown.body) == (200, first.body)


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1.0", "²", "9" * 30])
def test_a_version_that_never_was_is_not_found(stack: Stack, number):
    put(stack)
    reply = stack.call("get_workflow_version", path={"key": "welcome", "n": number})

    assert (reply.status, reply.body["message"]) == (404, "Workflow version not found")


def test_a_deleted_workflow_is_gone_and_comes_back_with_the_next_version(stack: Stack):
    put(stack)
    deleted = [stack.call("delete_workflow").status for _ in range(2)]
    gone, again = stack.call("get_workflow"), put(stack)

    assert deleted == [204, 204]
    assert gone.status == 404
    assert (again.status, again.body["version"]) == (201, 2)


def test_a_workflow_is_paused_and_goes_on_without_a_new_version(stack: Stack):
    active = put(stack)
    paused, shown = stack.call("set_workflow_status"), stack.call("get_workflow")
    again = stack.call("set_workflow_status", body={"status": "active"})

    assert (paused.status, paused.body["status"], paused.body["version"]) == (200, "paused", 1)
    assert shown.body == paused.body
    assert {**again.body, "updated_at": None} == {**active.body, "updated_at": None}


def test_a_status_that_it_has_already_changes_nothing(stack: Stack):
    active = put(stack)

    assert stack.call("set_workflow_status", body={"status": "active"}).body == active.body


def test_a_paused_workflow_is_active_again_when_a_definition_that_says_so_is_put(stack: Stack):
    put(stack)
    stack.call("set_workflow_status")
    again = put(stack)

    assert (again.body["status"], again.body["version"]) == ("active", 2)


@pytest.mark.parametrize("status", ["running", None, 1])
def test_a_status_is_one_of_four(stack: Stack, status):
    put(stack)
    reply = stack.call("set_workflow_status", body={"status": status})

    assert (reply.status, fields(reply)) == (400, {"status"})


def test_a_workflow_that_is_not_there_has_no_status(stack: Stack):
    assert stack.call("set_workflow_status").status == 404


def keys(reply):
    return [each["key"] for each in reply.body["workflows"]]


def test_workflows_are_listed_by_status_and_by_event(stack: Stack):
    put(stack, key="a")
    put(stack, key="b", status="draft")
    put(stack, key="c", triggers=[{"event": "loan.*"}], status="archived")

    assert keys(stack.call("list_workflows", query={"status": "draft"})) == ["b"]
    assert keys(stack.call("list_workflows", query={"event": "user_signup"})) == ["a", "b"]
    assert keys(stack.call("list_workflows", query={"event": "loan.funded"})) == ["c"]
    assert stack.call("list_workflows", query={"status": "asleep"}).status == 400


def test_a_filtered_list_goes_on_after_a_page_that_holds_nothing(stack: Stack):
    for key in "abc":
        put(stack, key=key, status="active" if key == "c" else "draft")
    query = {"status": "active", "limit": "2"}
    first = stack.call("list_workflows", query=query)
    rest = stack.call("list_workflows", query={**query, "cursor": first.body["next_cursor"]})

    assert (keys(first), first.body["has_more"]) == ([], True)
    assert (keys(rest), rest.body["has_more"]) == (["c"], False)


@pytest.mark.parametrize("path", sorted(Path("events/workflows").glob("*.json")), ids=str)
def test_the_examples_are_accepted_as_they_are_and_shown_as_they_were_put(stack: Stack, path):
    """Except for the endpoints, whose ids are ours to give."""
    id = stack.call("create_webhook_endpoint").body["id"]
    definition = json.loads(re.sub("ep_crm|ep_buyer_vip", id, path.read_text()))
    reply = put(stack, **definition)

    assert (reply.status, reply.body) == (201, {**reply.body, **definition})
    assert stack.call("get_workflow", path={"key": definition["key"]}).body == reply.body


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({"steps": [{"id": "x", "type": "email"}]}, {"steps.0"}),
        ({"steps": [{"id": "x", "type": "dance"}]}, {"steps.0.type"}),
        ({"steps": [{**STEP, "body": "{{#if x}}"}]}, {"steps.0.body"}),
        ({"steps": [{"id": "Bad", "type": "webhook"}]}, {"steps.0.id", "steps.0"}),
        ({"steps": [STEP, STEP]}, {"steps.1.id"}),
        ({"steps": [], "triggers": []}, {"steps", "triggers"}),
        ({"filters": {"segments": {}}}, {"filters.segments"}),
        ({"status": "asleep"}, {"status"}),
        ({"schema": 2}, {"schema"}),
        ({"defaults": {"retry": {"initial": "soon"}}}, {"defaults.retry.initial"}),
        ({"defaults": {"retry": {"jitter": False}}}, {"defaults.retry.jitter"}),
        ({"defaults": {"retry": {"jitter": 1.5}}}, {"defaults.retry.jitter"}),
        ({"triggers": [{"event": "user signup"}]}, {"triggers.0.event"}),
    ],
)
def test_a_bad_definition_is_refused_and_changes_nothing_d_6(stack, change, blamed):
    reply = put(stack, **change)

    assert (reply.status, fields(reply)) == (400, blamed)
    assert stack.call("get_workflow").status == 404


def test_what_only_the_stores_and_the_guard_know_is_said_with_all_the_rest(stack: Stack):
    steps = [
        {"id": "a", "type": "webhook", "endpoint": "ep_unknown"},
        {"id": "b", "type": "webhook", "url": "ftp://example.com"},
        {"id": "c", "type": "webhook", "url": "http://u:p@example.com/{{event.id}}"},
        {"id": "d", "type": "webhook", "url": "https://example.com", "next": "a"},
        {"id": "e", "type": "webhook", "url": "{{vars.address}}", "timeout": "P1D"},
    ]
    reply = put(stack, steps=steps, colour="red")

    assert reply.status == 400
    assert fields(reply) == {
        "colour",
        "steps.0.endpoint",
        "steps.1.url",
        "steps.2.url",
        "steps.3.next",
        "steps.4",
        "steps.4.timeout",
    }


def test_an_endpoint_of_the_team_may_be_named(stack: Stack):
    id = stack.call("create_webhook_endpoint").body["id"]

    assert put(stack, steps=[{"id": "a", "type": "webhook", "endpoint": id}]).status == 201


@pytest.mark.parametrize("jitter", ["0.50", "0", "1"])
def test_a_number_in_a_definition_keeps_its_digits_d_2(stack, jitter):
    defaults = '"defaults": {"retry": {"jitter": ' + jitter + "}}, "
    reply = stack.call("put_workflow", body="{" + defaults + json.dumps(WORKFLOW)[1:])

    assert reply.status == 201
    assert f'"jitter":{jitter}' in reply.text


def test_the_digits_of_a_number_are_a_change_of_the_definition_d_2(stack: Stack):
    step = {**deepcopy(STEP), "body": {"amount": "AMOUNT"}}
    texts = [
        json.dumps({**WORKFLOW, "steps": [step]}).replace('"AMOUNT"', amount)
        for amount in ("99.0", "99.00", "99.00")
    ]

    assert [stack.call("put_workflow", body=text).body["version"] for text in texts] == [1, 2, 2]


def test_a_workflow_s_key_is_the_one_in_the_path(stack):
    reply = stack.call("put_workflow", path={"key": "other"})

    assert (reply.status, fields(reply)) == (400, {"key"})
