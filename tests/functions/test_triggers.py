"""What can be asked of an accepted event: get_trigger and get_trigger_workflow (contract 3)."""

import json
import re

import pytest

from tests.functions.conftest import Stack, sample

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
WEBHOOK = {"id": "tell", "type": "webhook", "url": "http://127.0.0.1:65535/"}


@pytest.fixture
def accepted(stack: Stack) -> tuple[Stack, str]:
    stack.call("create_event_type", body={"name": "user_signup"})
    reply = stack.call("send_event", sample("api/send_event/user_signup"))
    return stack, reply.body["trigger_id"]


def put_workflow(stack, key, **more):
    triggers = [{"event": "user_signup"}]
    body = {"schema": 1, "key": key, "status": "active", "triggers": triggers, "steps": [WEBHOOK]}
    assert stack.call("put_workflow", body={**body, **more}, path={"key": key}).status == 201


def test_a_trigger_can_be_read_at_once_after_the_answer_s_4(accepted):
    stack, id = accepted
    reply = stack.call("get_trigger", path={"id": id})

    assert reply.status == 200
    assert reply.body["status"] == "queued"


def test_a_trigger_shows_what_the_document_shows_s_35_s_36(accepted):
    stack, id = accepted
    stack.work("run_triggers", "TRIGGER")
    body = stack.call("get_trigger", path={"id": id}).body

    assert list(body) == [
        "id",
        "flow_type",
        "trigger_type",
        "status",
        "created_at",
        "started_at",
        "completed_at",
        "summary",
        "details_endpoint",
    ]
    assert (body["flow_type"], body["trigger_type"]) == ("workflow", "workflow")
    assert body["details_endpoint"] == f"/triggers/{id}/workflow"
    assert all(MOMENT.fullmatch(body[at]) for at in ("created_at", "started_at", "completed_at"))


def test_a_trigger_that_nobody_listens_to_is_completed_with_nothing_d_33_s_37(accepted):
    stack, id = accepted
    stack.work("run_triggers", "TRIGGER")
    body = stack.call("get_trigger", path={"id": id}).body

    assert body["status"] == "completed"
    assert body["summary"] == {"total_contacts": 0, "sent": 0, "failed": 0, "filtered": 0}


def test_the_workflow_view_names_the_filter_that_kept_a_workflow_out_s_38_d_33(accepted):
    stack, id = accepted
    put_workflow(stack, "onboarding", filters={"tags": {"any": ["new_users"]}})
    stack.work("run_triggers", "TRIGGER")
    body = stack.call("get_trigger_workflow", path={"id": id}).body

    assert body["status"] == "completed"
    assert body["summary"] == {"total_contacts": 1, "sent": 0, "failed": 0, "filtered": 1}
    assert body["workflows"] == [{"key": "onboarding", "outcome": "filtered", "reason": "tags"}]
    assert body["executions"] == []


def test_the_workflow_view_shows_an_execution_before_and_after_its_step_s_38(accepted):
    stack, id = accepted
    put_workflow(stack, "welcome")
    stack.work("run_triggers", "TRIGGER")
    (before,) = stack.call("get_trigger_workflow", path={"id": id}).body["executions"]
    stack.work("run_steps", "STEP")
    (after,) = stack.call("get_trigger_workflow", path={"id": id}).body["executions"]

    assert (before["status"], before["current_step"], before["steps"]) == ("queued", "tell", [])
    assert (after["status"], after["workflow"], after["version"]) == ("running", "welcome", 1)
    (step,) = after["steps"]
    assert (step["id"], step["status"], step["error"]) == ("tell", "retrying", "connect")
    assert MOMENT.fullmatch(after["next_attempt_at"])


@pytest.mark.parametrize("function", ["get_trigger", "get_trigger_workflow"])
def test_an_unknown_trigger_is_404(stack, function):
    reply = stack.call(function)

    assert (reply.status, reply.body["message"]) == (404, "Trigger not found")


def test_another_team_s_trigger_is_404(accepted):
    stack, id = accepted
    from partner_events.domain.ids import TriggerId

    row = stack.parts.triggers.get(TriggerId(id))
    stack.parts.triggers_table.update(
        f"TRIGGER#{row.id}", "TRIGGER", "SET team = :other", other="another-team"
    )

    assert stack.call("get_trigger", path={"id": id}).status == 404


def test_a_trigger_needs_a_key_and_its_scope(accepted):
    stack, id = accepted
    reply = stack.call("get_trigger", path={"id": id}, headers={"x-api-key": None})

    assert (reply.status, json.loads(reply.text)["message"]) == (401, "Unauthorized")


def test_the_team_header_may_be_left_out_but_must_match_if_it_comes(accepted):
    stack, id = accepted
    without = stack.call("get_trigger", path={"id": id}, headers={"x-team-id": None})
    wrong = stack.call("get_trigger", path={"id": id}, headers={"x-team-id": "other"})

    assert (without.status, wrong.status) == (200, 401)
