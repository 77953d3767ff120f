"""A workflow for an audience, from the request to the last execution (S-40, D-33, D-34)."""

import pytest

from partner_events.usecases import fan_out
from tests.functions.conftest import Stack, sample
from tests.functions.test_trigger_workflow import ask, put_workflow

TAGS = {"recipient_type": "tag", "tag": ["trial", "new"], "contact_external_id": None}
EVERYBODY = {"recipient_type": "all", "contact_external_id": None}


@pytest.fixture
def ready(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A workflow that ends at once, and seven contacts in pages of three."""
    monkeypatch.setattr(fan_out, "PAGE", 3)
    put_workflow(stack, filters={"tags": {"none": ["staff"]}})
    for number in range(5):
        add(stack, f"member_{number}", "new", "trial")
    add(stack, "colleague", "new", "trial", "staff")
    add(stack, "stranger", "new")
    return stack


def add(stack, id, *tags):
    body = {"external_id": id, "tags": list(tags)}
    assert stack.call("create_contact", body=body).status == 201


def work(stack, *queues):
    """Let the workers handle what is there, until nothing is left in these queues."""
    for _ in range(100):
        waiting = [queue for queue in queues if stack.waiting(queue)]
        if not waiting:
            return
        stack.work({"TRIGGER": "run_triggers", "STEP": "run_steps"}[waiting[0]], waiting[0])
    raise AssertionError("messages go round for ever")


def view(stack, id, **query):
    return stack.call("get_trigger_workflow", path={"id": id}, query=query).body


def contacts_of(shown):
    return [each["contact_id"] for each in shown["executions"]]


def test_everybody_who_has_all_of_the_tags_gets_an_execution_s_40(ready):
    id = ask(ready, **TAGS).body["trigger_id"]
    work(ready, "TRIGGER")
    shown = view(ready, id, limit="100")
    queued = ready.waiting("STEP")

    assert shown["summary"] == {"total_contacts": 6, "sent": 0, "failed": 0, "filtered": 1}
    assert queued == 5
    assert shown["status"] == "processing"
    assert shown["workflows"] == [
        {"key": "welcome", "outcome": "executed", "reason": None, "contacts": 5},
        {"key": "welcome", "outcome": "filtered", "reason": "tags", "contacts": 1},
    ]


def test_the_sample_of_an_audience_is_accepted_and_means_both_tags(stack):
    put_workflow(stack)
    add(stack, "one", "new_users", "trial")
    add(stack, "other", "new_users")
    reply = stack.call("trigger_workflow", sample("api/trigger_workflow_for_tags"))
    work(stack, "TRIGGER")

    assert (reply.status, reply.body["message"]) == (201, "Workflow queued successfully")
    assert len(contacts_of(view(stack, reply.body["trigger_id"]))) == 1


def test_all_is_every_contact_of_the_team_s_40(ready):
    id = ask(ready, **EVERYBODY).body["trigger_id"]
    work(ready, "TRIGGER")

    assert view(ready, id)["summary"]["total_contacts"] == 7
    assert ready.waiting("STEP") == 6


def test_the_trigger_is_completed_when_all_executions_are_over_s_35_s_37(ready):
    endpoint = ready.call("create_webhook_endpoint").body["id"]
    step = {"id": "tell", "type": "webhook", "endpoint": endpoint}
    put_workflow(ready, "short", steps=[step])
    ready.call("delete_webhook_endpoint", path={"id": endpoint})
    id = ask(ready, **TAGS, workflow_id="short").body["trigger_id"]
    work(ready, "TRIGGER", "STEP")
    body = ready.call("get_trigger", path={"id": id}).body
    listed = ready.call("list_triggers", query={"event_name": "workflow.triggered"}).body[
        "triggers"
    ]

    assert (body["status"], body["completed_at"] is None) == ("completed", False)
    assert body["summary"] == {"total_contacts": 6, "sent": 0, "failed": 6, "filtered": 0}
    assert [each["summary"] for each in listed] == [body["summary"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_executions_of_an_audience_are_shown_page_by_page_s_38(ready, limit):
    id = ask(ready, **TAGS).body["trigger_id"]
    work(ready, "TRIGGER")
    met, filtered, cursor = [], [], {}
    for _ in range(20):
        shown = view(ready, id, limit=str(limit), **cursor)
        met += contacts_of(shown)
        filtered += shown["filtered_contacts"]
        assert len(shown["executions"]) + len(shown["filtered_contacts"]) <= limit
        if not shown["has_more"]:
            break
        cursor = {"cursor": shown["next_cursor"]}

    assert (len(met), len(set(met))) == (5, 5)
    assert [each["reason"] for each in filtered] == ["tags"]


def test_a_cursor_that_is_none_of_ours_is_refused(ready):
    id = ask(ready, **TAGS).body["trigger_id"]
    work(ready, "TRIGGER")
    reply = ready.call("get_trigger_workflow", path={"id": id}, query={"cursor": "x"})

    assert reply.status == 400


def test_the_view_of_an_event_has_no_pages(ready):
    id = ask(ready, contact_external_id="member_0").body["trigger_id"]
    work(ready, "TRIGGER")

    assert (view(ready, id)["next_cursor"], view(ready, id)["has_more"]) == (None, False)
    assert len(contacts_of(view(ready, id))) == 1


def test_a_cancel_half_way_stops_the_walk_and_what_has_not_begun_d_34(ready):
    id = ask(ready, **TAGS).body["trigger_id"]
    for _ in range(2):
        ready.work("run_triggers", "TRIGGER")
    reply = ready.call("cancel_trigger", path={"id": id})
    work(ready, "TRIGGER", "STEP")
    body = ready.call("get_trigger", path={"id": id}).body

    assert reply.status == 200
    assert body["status"] == "cancelled"
    assert body["summary"]["sent"] == 0
    assert 0 < body["summary"]["total_contacts"] == body["summary"]["filtered"] < 6
    assert {each["status"] for each in view(ready, id)["executions"]} == {"cancelled"}


def test_segments_filter_an_audience_too_s_28(ready):
    rule = {"in": [{"var": "contact.external_id"}, ["member_1", "member_2"]]}
    ready.call("put_segment", body={"rule": rule}, path={"key": "chosen"})
    put_workflow(ready, "few", filters={"segments": {"any": ["chosen"]}})
    id = ask(ready, **TAGS, workflow_id="few").body["trigger_id"]
    work(ready, "TRIGGER")
    shown = view(ready, id)

    assert ready.waiting("STEP") == 2
    assert shown["summary"]["filtered"] == 4
    assert shown["workflows"][1]["reason"] == "segments"


def test_segments_filter_an_event_s_contact_s_28(ready):
    ready.call("put_segment", body={"rule": {"exists": [{"var": "contact.phone"}]}})
    put_workflow(ready, "callers", filters={"segments": {"all": ["fresh"]}})
    id = ask(ready, workflow_id="callers", contact_external_id="member_0").body["trigger_id"]
    work(ready, "TRIGGER")

    assert view(ready, id)["workflows"] == [
        {"key": "callers", "outcome": "filtered", "reason": "segments"}
    ]


def test_the_log_says_for_whom_it_was_asked(ready):
    id = ask(ready, **TAGS).body["trigger_id"]
    work(ready, "TRIGGER")
    logged = ready.call("get_event", path={"id": id}).body

    assert logged["payload"] == {"recipient_type": "tag", "tag": ["trial", "new"]}
