"""trigger_workflow: run one workflow directly, for one contact (S-40)."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.domain.timestamps import format_timestamp
from tests.functions.conftest import Stack, sample

WEBHOOK = {"id": "tell", "type": "webhook", "url": "http://127.0.0.1:65535/"}
ASKED = {
    "workflow_id": "welcome",
    "recipient_type": "contact",
    "contact_external_id": "user_12345",
}


def put_workflow(stack, key="welcome", **more):
    triggers = [{"event": "never_sent"}]
    body = {"schema": 1, "key": key, "status": "active", "triggers": triggers, "steps": [WEBHOOK]}
    assert stack.call("put_workflow", body={**body, **more}, path={"key": key}).status == 201


@pytest.fixture
def ready(stack: Stack) -> Stack:
    """A workflow, and a contact that an event has told of."""
    put_workflow(stack)
    stack.call("create_event_type", body={"name": "user_signup"})
    stack.call("send_event", sample("api/send_event/user_signup"))
    stack.work("run_triggers", "TRIGGER")
    stack.forget_events()
    return stack


def ask(stack, **body):
    return stack.call("trigger_workflow", body={**ASKED, **body})


def test_a_workflow_is_run_for_a_contact_though_no_event_of_its_own_came_s_40(ready):
    put_workflow(ready, "other")
    reply = ready.call("trigger_workflow")
    ready.work("run_triggers", "TRIGGER")
    view = ready.call("get_trigger_workflow", path={"id": reply.body["trigger_id"]}).body

    assert (reply.status, list(reply.body)) == (
        201,
        ["success", "trigger_id", "job_id", "message"],
    )
    assert [each["key"] for each in view["workflows"]] == ["welcome"]
    assert view["summary"]["total_contacts"] == 1
    assert view["executions"][0]["contact_id"] is not None
    assert ready.waiting("STEP") == 1


@pytest.mark.parametrize("name", ["Say hello", "greeter"])
def test_a_workflow_is_found_by_its_name_or_key_s_40(ready, name):
    put_workflow(ready, "greeter", name="Say hello")
    reply = ask(ready, workflow_id=None, workflow_name=name)
    trigger = ready.parts.triggers.get(TriggerId(reply.body["trigger_id"]))

    assert trigger.event.workflow == "greeter"


def test_the_workflow_s_filters_apply_all_the_same_s_28(ready):
    put_workflow(ready, "vips", filters={"tags": {"any": ["vip"]}})
    reply = ask(ready, workflow_id="vips")
    ready.work("run_triggers", "TRIGGER")
    view = ready.call("get_trigger_workflow", path={"id": reply.body["trigger_id"]}).body

    assert view["workflows"] == [{"key": "vips", "outcome": "filtered", "reason": "tags"}]
    assert view["summary"] == {"total_contacts": 1, "sent": 0, "failed": 0, "filtered": 1}


def test_variables_and_those_of_the_channel_are_kept_for_the_steps_s_40(ready):
    reply = ready.call("trigger_workflow")
    trigger = ready.parts.triggers.get(TriggerId(reply.body["trigger_id"]))

    assert trigger.event.variables == '{"code":"ABC123"}'
    assert trigger.event.channel_variables == '{"webhook":{"code":"XYZ789"}}'


def test_a_workflow_can_be_scheduled_s_40(ready):
    at = format_timestamp((datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0))
    reply = ask(ready, trigger_at=at)

    assert reply.body["scheduled_for"] == at
    assert reply.body["message"] == f"Workflow scheduled for {at}"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"workflow_id": None}, 400, "workflow_id or workflow_name is required"),
        ({"recipient_type": None}, 400, "recipient_type"),
        ({"recipient_type": "list"}, 400, "recipient_type"),
        ({"recipient_type": "tag"}, 400, "tag is required"),
        ({"recipient_type": "tag", "tag": []}, 400, "tag is required"),
        ({"recipient_type": "tag", "tag": "a"}, 400, "tag must be"),
        ({"recipient_type": "tag", "tag": [" "]}, 400, "tag.0 must not be blank"),
        ({"contact_external_id": None}, 400, "contact_external_id is required"),
        ({"trigger_at": "soon"}, 400, "Invalid trigger_at format"),
        ({"trigger_at": "2020-01-01T00:00:00Z"}, 400, "trigger_at must be a future date"),
        ({"workflow_id": "unknown"}, 404, "Workflow not found"),
        ({"contact_external_id": "unknown"}, 404, "Contact not found"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_and_leaves_nothing(ready, body, status, message):
    reply = ask(ready, **body)

    assert (reply.status, reply.body["message"].startswith(message)) == (status, True)
    assert ready.waiting("TRIGGER") == 0


def test_a_workflow_that_is_not_active_is_409_s_32(ready):
    put_workflow(ready, "draft", status="draft")
    reply = ask(ready, workflow_id="draft")

    assert (reply.status, reply.body["message"]) == (409, "Workflow is not active")


def test_a_workflow_that_is_inactive_when_it_is_due_is_explained_d_33(ready):
    reply = ask(ready)
    ready.call("delete_workflow", path={"key": "welcome"})
    ready.work("run_triggers", "TRIGGER")
    view = ready.call("get_trigger_workflow", path={"id": reply.body["trigger_id"]}).body

    assert view["workflows"] == [{"key": "welcome", "outcome": "filtered", "reason": "inactive"}]
    assert view["summary"] == {"total_contacts": 1, "sent": 0, "failed": 0, "filtered": 1}


def test_a_name_of_several_workflows_is_409(ready):
    put_workflow(ready, "one", name="Same")
    put_workflow(ready, "two", name="Same")

    assert ask(ready, workflow_id=None, workflow_name="Same").status == 409


def test_a_repeat_with_the_same_key_gets_the_same_answer_d_5(ready):
    key = {"idempotency-key": "k"}
    first = ready.call("trigger_workflow", headers=key)
    again = ready.call("trigger_workflow", headers=key)

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
