"""cancel_trigger: what has not happened yet never will (contract 3, D-34)."""

from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.ids import TeamId
from partner_events.domain.key import Scope
from partner_events.domain.timestamps import format_timestamp
from tests.functions.conftest import Stack, add_key, client, sample

NOTHING = {"total_contacts": 0, "sent": 0, "failed": 0, "filtered": 0}
WEBHOOK = {"id": "tell", "type": "webhook", "url": "http://127.0.0.1:65535/"}


def accepted(stack: Stack, *, trigger_at: timedelta | None = None) -> str:
    stack.call("create_event_type", body={"name": "user_signup"})
    at = format_timestamp(datetime.now(UTC) + trigger_at) if trigger_at else None
    user = {"contact_external_id": "user_1"}
    body = {"event_name": "user_signup", "user_info": user, "trigger_at": at}
    return stack.call("send_event", sample("api/send_event/user_signup"), body=body).body[
        "trigger_id"
    ]


def put_workflow(stack: Stack) -> None:
    triggers = [{"event": "user_signup"}]
    body = {"schema": 1, "key": "w", "status": "active", "triggers": triggers, "steps": [WEBHOOK]}
    assert stack.call("put_workflow", body=body, path={"key": "w"}).status == 201


@pytest.mark.parametrize("ahead", [None, timedelta(minutes=5), timedelta(days=2)])
def test_a_trigger_that_has_not_started_is_cancelled_and_shown_d_34_s_35(stack, ahead):
    id = accepted(stack, trigger_at=ahead)
    reply = stack.call("cancel_trigger", path={"id": id})
    shown = stack.call("get_trigger", path={"id": id}).body

    assert (reply.status, reply.body) == (200, shown)
    assert (shown["status"], shown["summary"]) == ("cancelled", NOTHING)
    assert shown["completed_at"] is not None
    assert shown["started_at"] is None


def test_the_schedule_of_a_cancelled_trigger_is_deleted(stack):
    id = accepted(stack, trigger_at=timedelta(days=2))
    before = client("scheduler").list_schedules(GroupName="schedules")["Schedules"]
    stack.call("cancel_trigger", path={"id": id})
    after = client("scheduler").list_schedules(GroupName="schedules")["Schedules"]

    assert ([each["Name"] for each in before], after) == ([id], [])


def test_a_schedule_that_is_gone_already_does_not_stop_a_cancel(stack):
    id = accepted(stack, trigger_at=timedelta(days=2))
    client("scheduler").delete_schedule(Name=id, GroupName="schedules")

    assert stack.call("cancel_trigger", path={"id": id}).status == 200


def test_the_message_of_a_cancelled_trigger_does_nothing(stack):
    put_workflow(stack)
    id = accepted(stack)
    stack.call("cancel_trigger", path={"id": id})
    stack.work("run_triggers", "TRIGGER")

    assert stack.call("get_trigger", path={"id": id}).body["status"] == "cancelled"
    assert stack.waiting("STEP") == stack.waiting("TRIGGER") == 0


def test_an_execution_that_waits_for_a_retry_is_cancelled_and_explained_d_34_s_37(stack):
    put_workflow(stack)
    id = accepted(stack)
    stack.work("run_triggers", "TRIGGER")
    stack.work("run_steps", "STEP")
    reply = stack.call("cancel_trigger", path={"id": id})
    view = stack.call("get_trigger_workflow", path={"id": id}).body
    (execution,) = view["executions"]

    assert (reply.status, reply.body["status"]) == (200, "cancelled")
    assert reply.body["summary"] == {"total_contacts": 1, "sent": 0, "failed": 0, "filtered": 1}
    assert (execution["status"], execution["failure_reason"]) == ("cancelled", "trigger_cancelled")
    assert execution["next_attempt_at"] is None
    assert [step["status"] for step in execution["steps"]] == ["retrying"]


def test_a_trigger_that_has_finished_is_409_d_34(stack):
    id = accepted(stack)
    stack.work("run_triggers", "TRIGGER")
    reply = stack.call("cancel_trigger", path={"id": id})

    assert (reply.status, reply.body["error"]) == (409, "Conflict")
    assert stack.call("get_trigger", path={"id": id}).body["status"] == "completed"


def test_a_cancel_may_be_repeated(stack):
    id = accepted(stack)
    first = stack.call("cancel_trigger", path={"id": id})
    second = stack.call("cancel_trigger", path={"id": id})

    assert (second.status, second.body) == (200, first.body)


def test_an_unknown_trigger_and_another_team_s_are_404(stack):
    id = accepted(stack)
    stack.parts.triggers_table.update(
        f"TRIGGER#{id}", "TRIGGER", "SET team = :other", other="other"
    )

    assert stack.call("cancel_trigger", path={"id": id}).status == 404
    assert stack.call("cancel_trigger").status == 404


def test_a_cancel_needs_the_scope_events_write_d_8(stack):
    team = stack.parts.teams.get(TeamId(sample("api/cancel_trigger")["headers"]["x-team-id"]))
    reader = add_key(stack.parts, team, None, [Scope.EVENTS_READ])
    reply = stack.call("cancel_trigger", headers={"x-api-key": reader})

    assert (reply.status, "events:write" in reply.body["message"]) == (403, True)
