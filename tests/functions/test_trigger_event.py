"""trigger_event: accept an event, run it at once, and tell what came of it (S-39, D-36)."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.timestamps import format_timestamp
from tests.functions.conftest import Stack

CLOSED = "http://127.0.0.1:65535/"
WEBHOOK = {"id": "tell", "type": "webhook", "url": CLOSED}


@pytest.fixture
def ready(stack: Stack) -> Stack:
    stack.call("create_event_type", body={"name": "user_signup"})
    return stack


def put_workflow(stack, key, **more):
    triggers = [{"event": "user_signup"}]
    body = {"schema": 1, "key": key, "status": "active", "triggers": triggers, "steps": [WEBHOOK]}
    assert stack.call("put_workflow", body={**body, **more}, path={"key": key}).status == 201


def test_an_event_that_nobody_listens_to_is_completed_in_its_answer_s_39(ready):
    reply = ready.call("trigger_event")
    shown = ready.call("get_trigger", path={"id": reply.body["trigger_id"]}).body

    assert (reply.status, list(reply.body)) == (
        200,
        ["success", "trigger_id", "trigger", "workflows", "executions", "deliveries"],
    )
    assert reply.body["trigger"] == shown
    assert shown["status"] == "completed"
    assert (reply.body["executions"], reply.body["deliveries"]) == ([], [])


def test_executions_and_their_steps_are_told_as_the_workflow_view_does_d_36(ready):
    put_workflow(ready, "welcome")
    put_workflow(ready, "onboarding", filters={"tags": {"any": ["new_users"]}})
    body = ready.call("trigger_event").body
    view = ready.call("get_trigger_workflow", path={"id": body["trigger_id"]}).body

    assert body["executions"] == view["executions"]
    assert body["workflows"] == view["workflows"]
    (execution,) = body["executions"]
    (step,) = execution["steps"]
    assert (execution["status"], step["status"], step["error"]) == (
        "running",
        "retrying",
        "connect",
    )


def test_a_first_delivery_is_attempted_and_its_retry_left_to_the_queue_d_36(ready):
    made = ready.call("create_webhook_endpoint", body={"url": CLOSED, "event_types": ["*"]})
    body = ready.call("trigger_event").body
    (delivery,) = body["deliveries"]
    (attempt,) = delivery["attempts"]

    assert (delivery["event_id"], delivery["endpoint_id"]) == (body["trigger_id"], made.body["id"])
    assert (delivery["status"], attempt["error"]) == ("retrying", "connect")
    assert delivery["next_attempt_at"] > attempt["at"]
    assert ready.waiting("RETRY") == 1


def test_the_promise_of_a_run_is_in_the_queue_and_so_is_what_is_told_of_its_contact_d_43(ready):
    ready.call("trigger_event")

    assert ready.waiting("TRIGGER") == 2


def test_a_scheduled_event_is_accepted_and_not_waited_for_d_36(ready):
    at = format_timestamp(datetime.now(UTC) + timedelta(hours=1))
    reply = ready.call("trigger_event", body={"event_name": "user_signup", "trigger_at": at})

    assert (reply.status, reply.body["trigger"]["status"]) == (200, "scheduled")
    assert (reply.body["executions"], reply.body["deliveries"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "Event name is required"),
        ({"event_name": "user_signup", "trigger_at": "soon"}, 400, "Invalid trigger_at format"),
        (
            {"event_name": "user_signup", "trigger_at": "2020-01-01T00:00:00Z"},
            400,
            "trigger_at must be a future date",
        ),
        ({"event_name": "nobody_knows"}, 404, "Event type not found"),
    ],
)
def test_its_errors_are_those_of_send_s_18_to_s_24(ready, body, status, message):
    reply = ready.call("trigger_event", body=body)

    assert (reply.status, reply.body["message"]) == (status, message)


def test_the_team_header_is_required_s_23(ready):
    reply = ready.call("trigger_event", headers={"x-team-id": None})

    assert (reply.status, reply.body["message"]) == (401, "Invalid team context")


def test_a_repeat_with_the_same_key_tells_of_the_same_trigger_d_5(ready):
    key = {"idempotency-key": "k"}
    first, again = (
        ready.call("trigger_event", headers=key),
        ready.call("trigger_event", headers=key),
    )
    other = ready.call("trigger_event", headers=key, body={"event_name": "user_signup"})

    assert (again.status, again.body) == (200, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert other.status == 409
