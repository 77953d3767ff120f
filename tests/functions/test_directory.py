"""Event types and workflows through the management API (contract 7)."""

import json

import pytest

from tests.functions.conftest import Stack, sample


def test_an_event_type_is_registered_shown_listed_and_deleted(stack):
    created = stack.call("create_event_type")
    shown = stack.call("get_event_type", path={"name": "order_shipped"})
    listed = stack.call("list_event_types")
    deleted = [stack.call("delete_event_type") for _ in range(2)]
    gone = stack.call("get_event_type", path={"name": "order_shipped"})

    assert created.status == 201
    assert created.body == shown.body
    assert listed.body["event_types"][0] == shown.body
    assert [reply.status for reply in deleted] == [204, 204]
    assert (gone.status, gone.body["message"]) == (404, "Event type not found")


def test_an_event_type_that_exists_is_a_conflict(stack):
    assert [stack.call("create_event_type").status for _ in range(2)] == [201, 409]


@pytest.mark.parametrize("name", ["", "a b", ".x", "x" * 129, 5, None])
def test_an_event_type_needs_a_good_name_and_the_answer_says_so_d_6(stack, name):
    reply = stack.call("create_event_type", body={"name": name})

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == ["name"]


def names(reply):
    return [each["name"] for each in reply.body["event_types"] if not each["builtin"]]


def test_a_list_is_read_page_by_page(stack):
    for number in range(5):
        stack.call("create_event_type", body={"name": f"event_{number}"})
    first = stack.call("list_event_types", query={"limit": "3"})
    cursor = first.body["next_cursor"]
    rest = stack.call("list_event_types", query={"limit": "20", "cursor": cursor})

    assert names(first) + names(rest) == [f"event_{number}" for number in range(5)]
    assert (first.body["has_more"], rest.body["has_more"]) == (True, False)
    assert rest.body["next_cursor"] is None


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "?"}]
)
def test_a_bad_limit_or_cursor_is_refused(stack, query):
    assert stack.call("list_event_types", query=query).status == 400


WORKFLOW = json.loads(sample("api/put_workflow")["body"])


def test_every_put_of_a_workflow_makes_a_version(stack: Stack):
    first, second = stack.call("put_workflow"), stack.call("put_workflow")
    shown, listed = stack.call("get_workflow"), stack.call("list_workflows")

    assert (first.status, first.body["version"]) == (201, 1)
    assert (second.status, second.body["version"]) == (200, 2)
    assert first.body["created_at"] == second.body["created_at"]
    assert shown.body == second.body
    assert listed.body["workflows"] == [shown.body]
    assert {**shown.body, **WORKFLOW} == shown.body


def test_a_deleted_workflow_is_gone_and_comes_back_with_the_next_version(stack: Stack):
    stack.call("put_workflow")
    deleted = [stack.call("delete_workflow").status for _ in range(2)]
    gone, again = stack.call("get_workflow"), stack.call("put_workflow")

    assert deleted == [204, 204]
    assert gone.status == 404
    assert (again.status, again.body["version"]) == (201, 2)


STEP = WORKFLOW["steps"][0]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"steps": [{"id": "x", "type": "email"}]}, {"steps.0.type"}),
        ({"steps": [{**STEP, "body": "{{#if x}}"}]}, {"steps.0.body"}),
        ({"steps": [{"id": "Bad", "type": "webhook"}]}, {"steps.0.id"}),
        ({"steps": [{"id": "a", "type": "webhook"}]}, {"steps.0"}),
        ({"steps": [{**STEP, "endpoint": "ep_1"}]}, {"steps.0"}),
        ({"steps": [STEP, STEP]}, {""}),
        ({"steps": [], "triggers": []}, {"steps", "triggers"}),
        ({"cooldowns": []}, {"cooldowns"}),
        ({"filters": {"segments": {}}}, {"filters.segments"}),
        ({"status": "asleep"}, {"status"}),
        ({"schema": 2}, {"schema"}),
        ({"defaults": {"retry": {"initial": "soon"}}}, {"defaults.retry.initial"}),
        ({"defaults": {"retry": {"jitter": False}}}, {"defaults.retry.jitter"}),
        ({"defaults": {"retry": {"jitter": 1.5}}}, {"defaults.retry.jitter"}),
        ({"triggers": [{"event": "user signup"}]}, {"triggers.0.event"}),
    ],
)
def test_what_the_engine_cannot_run_is_refused_with_every_problem_named_d_6(stack, change, fields):
    reply = stack.call("put_workflow", body={**WORKFLOW, **change})

    assert reply.status == 400
    assert {each["field"] for each in reply.body["details"]} >= fields
    assert stack.call("get_workflow").status == 404


@pytest.mark.parametrize("jitter", ["0.50", "0", "1"])
def test_a_number_in_a_definition_keeps_its_digits_d_2(stack, jitter):
    defaults = '"defaults": {"retry": {"jitter": ' + jitter + "}}, "
    reply = stack.call("put_workflow", body="{" + defaults + json.dumps(WORKFLOW)[1:])

    assert reply.status == 201
    assert f'"jitter":{jitter}' in reply.text


def test_a_workflow_s_key_is_the_one_in_the_path(stack):
    assert stack.call("put_workflow", path={"key": "other"}).status == 400


def test_a_step_s_endpoint_must_exist(stack):
    step = {"id": "a", "type": "webhook", "endpoint": "ep_unknown"}
    reply = stack.call("put_workflow", body={**WORKFLOW, "steps": [step]})

    assert (reply.status, "ep_unknown" in reply.body["message"]) == (400, True)


def test_health_needs_no_key(stack):
    from partner_events import VERSION

    answer = stack.handler("get_health")(sample("api/get_health"), None)

    assert json.loads(answer["body"]) == {"status": "ok", "version": VERSION}
