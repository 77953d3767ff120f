"""replay_execution: an execution runs once more, from a step on, in the version asked for."""

import pytest

from partner_events.domain.ids import TeamId
from partner_events.domain.key import Scope
from tests.functions.conftest import Stack, add_key, sample

TELL = {"type": "webhook", "url": "http://127.0.0.1:65535/", "retry": {"max_attempts": 1}}
STEPS = [
    {"id": "mark", "type": "update_contact", "add_tags": ["seen"]},
    {**TELL, "id": "tell"},
]


def put(stack: Stack, steps=STEPS) -> None:
    triggers = [{"event": "user_signup"}]
    body = {"schema": 1, "key": "w", "status": "active", "triggers": triggers, "steps": steps}
    assert stack.call("put_workflow", body=body, path={"key": "w"}).status in (200, 201)


def work(stack: Stack, times: int = 2) -> None:
    for _ in range(times):
        assert stack.work("run_steps", "STEP")["batchItemFailures"] == []


@pytest.fixture
def trigger(stack: Stack) -> str:
    """A trigger whose one execution failed at its second step."""
    stack.call("create_event_type", body={"name": "user_signup"})
    put(stack)
    id = stack.call("send_event", sample("api/send_event/user_signup")).body["trigger_id"]
    stack.work("run_triggers", "TRIGGER")
    work(stack)
    return id


def view(stack: Stack, trigger: str) -> dict:
    return stack.call("get_trigger_workflow", path={"id": trigger}).body


def replay(stack: Stack, execution: str, headers=None, **body):
    return stack.call("replay_execution", body=body, path={"id": execution}, headers=headers)


def the_failed(stack: Stack, trigger: str) -> str:
    (execution,) = view(stack, trigger)["executions"]
    assert execution["status"] == "failed"
    return execution["id"]


def test_a_replay_from_a_step_is_linked_shown_and_counted(stack, trigger):
    failed = the_failed(stack, trigger)
    reply = replay(stack, failed, from_step="tell")
    meanwhile = view(stack, trigger)
    work(stack, times=1)
    after = view(stack, trigger)
    first, second = after["executions"]

    assert (reply.status, reply.body["trigger_id"]) == (201, trigger)
    assert reply.body["details_endpoint"] == f"/triggers/{trigger}/workflow"
    assert (meanwhile["status"], after["status"]) == ("processing", "completed")
    assert (first["id"], first["replay_of"]) == (failed, None)
    assert (second["id"], second["replay_of"]) == (reply.body["id"], failed)
    assert [each["id"] for each in second["steps"]] == ["tell"]
    assert after["summary"] == {"total_contacts": 2, "sent": 0, "failed": 2, "filtered": 0}
    assert after["workflows"] == [{"key": "w", "outcome": "executed", "reason": None}]


def test_a_replay_runs_the_original_version_or_the_latest(stack, trigger):
    failed = the_failed(stack, trigger)
    put(stack, [{"id": "other", "type": "update_contact", "add_tags": ["other"]}])
    latest = replay(stack, failed, version="latest").body
    original = replay(stack, failed).body
    unknown = replay(stack, failed, from_step="tell", version="latest")
    work(stack, times=2)
    status = {each["id"]: each["status"] for each in view(stack, trigger)["executions"]}

    assert (latest["version"], latest["current_step"]) == (2, "other")
    assert (original["version"], original["current_step"]) == (1, "mark")
    assert [status[latest["id"]], status[original["id"]]] == ["completed", "failed"]
    assert (unknown.status, unknown.body["details"][0]["field"]) == (400, "from_step")


def test_a_repeated_request_replays_once_d_5(stack, trigger):
    failed, key = the_failed(stack, trigger), {"idempotency-key": "k1"}
    first, second = (replay(stack, failed, headers=key) for _ in range(2))
    other = replay(stack, failed, headers=key, from_step="tell")

    assert (first.status, second.status, second.body) == (201, 201, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert other.status == 409
    assert view(stack, trigger)["summary"]["total_contacts"] == 2


def test_an_execution_that_runs_or_whose_trigger_was_cancelled_is_not_replayed(stack, trigger):
    running = replay(stack, the_failed(stack, trigger)).body["id"]
    while_running = replay(stack, running)
    stack.call("cancel_trigger", path={"id": trigger})
    cancelled = replay(stack, running)

    assert (while_running.status, cancelled.status) == (409, 409)


def test_what_is_not_there_or_is_another_teams_is_not_found(stack, trigger):
    failed = the_failed(stack, trigger)
    ids = [
        "x",
        "ab" * 16,
        sample("api/replay_execution")["pathParameters"]["id"],
        failed[:-1] + "g",
    ]

    assert [replay(stack, id).status for id in ids] == [404] * 4


def test_it_takes_a_key_that_may_write_events(stack, trigger):
    team = stack.parts.teams.get(TeamId(sample("api/replay_execution")["headers"]["x-team-id"]))
    key = add_key(stack.parts, team, None, [Scope.EVENTS_READ])

    assert replay(stack, the_failed(stack, trigger), {"x-api-key": key}).status == 403
