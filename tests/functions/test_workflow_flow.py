"""Workflows from put to their ends over the handlers: limits, branches, waits, and what is told."""

from tests.functions.conftest import Stack, sample

TELL = {
    "id": "tell",
    "type": "webhook",
    "url": "http://127.0.0.1:65535/",
    "retry": {"max_attempts": 1},
}
NEVER = {"==": [1, 2]}


def put(stack: Stack, *steps, key="welcome", **more):
    triggers = [{"event": "user_signup"}]
    body = {"schema": 1, "key": key, "status": "active", "triggers": triggers, "steps": steps}
    reply = stack.call("put_workflow", body={**body, **more}, path={"key": key})
    assert reply.status == 201, reply.body
    stack.call("create_event_type", body={"name": "user_signup"})


def fire(stack: Stack) -> str:
    id = stack.call("send_event", sample("api/send_event/user_signup")).body["trigger_id"]
    answer = stack.work("run_triggers", "TRIGGER")
    assert answer["batchItemFailures"] == []
    return id


def view(stack: Stack, id: str) -> dict:
    return stack.call("get_trigger_workflow", path={"id": id}).body


def test_the_view_tells_of_every_step_and_of_what_is_waited_for(stack):
    branch = {
        "id": "pick",
        "type": "branch",
        "cases": [{"if": NEVER, "goto": "tell"}],
        "else": "wait",
    }
    put(
        stack,
        {**TELL, "id": "never", "if": NEVER},
        branch,
        {**TELL, "next": "$end"},
        {"id": "wait", "type": "wait", "for": "PT2H"},
    )
    id = fire(stack)
    for _ in range(3):
        assert stack.work("run_steps", "STEP")["batchItemFailures"] == []
    (execution,) = view(stack, id)["executions"]

    told = [(each["id"], each["type"], each["status"]) for each in execution["steps"]]
    assert told == [("never", "webhook", "skipped"), ("pick", "branch", "completed")]
    assert [each["reason"] for each in execution["steps"]] == ["condition", "else"]
    assert execution["current_step"] == "wait"
    assert execution["waiting_until"] is not None
    assert execution["next_attempt_at"] is None
    assert stack.waiting("STEP") == 0  # a schedule will send the next


def test_a_step_that_fails_leads_where_the_workflow_says(stack):
    other = {"id": "other", "type": "wait", "for": "PT1S"}
    put(
        stack,
        {**TELL, "on_failure": {"goto": "other"}},
        {**TELL, "id": "two", "next": "$end"},
        other,
    )
    id = fire(stack)
    stack.work("run_steps", "STEP")
    (execution,) = view(stack, id)["executions"]

    assert [each["status"] for each in execution["steps"]] == ["failed"]
    assert (execution["status"], execution["current_step"]) == ("running", "other")


def test_limits_hold_over_the_real_stores_and_say_so(stack):
    put(
        stack,
        {"id": "wait", "type": "wait", "for": "PT2H"},
        entry={"on_running": "restart"},
        cooldowns=[{"window": "PT1H", "limit": 2}],
    )
    ids = []
    for _ in range(3):
        ids.append(fire(stack))
        stack.work("run_steps", "STEP")
    first, second, third = (view(stack, id) for id in ids)

    assert first["executions"][0]["failure_reason"] == "restarted"
    assert first["status"] == "completed"
    assert second["executions"][0]["status"] == "running"
    assert third["workflows"] == [{"key": "welcome", "outcome": "filtered", "reason": "cooldown"}]
    assert third["status"] == "completed"
