"""POST /api/v1/events/test: a documented sample takes the road of every event.

Also the samples through the real intake and out of the log (send_event, get_event).
"""

import json

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.wiring import new_id
from tests.documents import COMPANY, PROMOTER, as_read, document, part
from tests.functions.conftest import Stack, add_key, sample


def ask(stack, name, **more):
    return stack.call("send_test_event", body={"type": name}, **more)


def event_of(stack, id, format):
    stack.work("run_triggers", "TRIGGER")
    return stack.call("get_event", path={"id": id}, query={"format": format}).text


@pytest.mark.parametrize("name", PROMOTER + COMPANY)
def test_a_sample_of_every_documented_type_is_accepted_and_marked_d_42(stack: Stack, name):
    reply = ask(stack, name)
    id = reply.body["id"]
    event = json.loads(event_of(stack, id, "company"))

    assert reply.status == 201
    assert reply.text == f'{{"id":"{id}","type":"{name}","status":"queued","test":true}}'
    assert event["metadata"]["test"] is True
    shown = part(name, "data" if name in PROMOTER else "payload")
    assert event["payload"] == json.loads(as_read(shown))


def test_its_sample_is_a_good_request(stack: Stack):
    reply = stack.call("send_test_event")

    assert (reply.status, reply.body["type"]) == (201, "payment.succeeded")


def test_a_test_event_is_found_by_its_mark_d_14(stack: Stack):
    id = ask(stack, "client.created").body["id"]
    stack.work("run_triggers", "TRIGGER")
    event = stack.parts.triggers.get(TriggerId(id)).event

    assert event.metadata == '{"source":"web_portal","user_id":7,"test":true}'


def test_a_type_of_the_team_s_own_is_sent_without_data(stack: Stack):
    stack.call("create_event_type", body={"name": "user_signup"})
    event = event_of(stack, ask(stack, "user_signup").body["id"], "promoter")

    assert event.endswith('"metadata":{"test":true}},"data":{}}')


def test_an_unknown_type_is_404(stack: Stack):
    reply = ask(stack, "unknown")

    assert (reply.status, reply.body["message"]) == (404, "Event type not found")
    assert stack.waiting("TRIGGER") == 0


@pytest.mark.parametrize("body", [{}, {"type": 1}])
def test_a_request_without_a_type_is_refused(stack: Stack, body):
    reply = stack.call("send_test_event", body=body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "type")


def test_it_needs_the_scope_of_events(stack: Stack):
    team = stack.parts.teams.get(sample("api/list_workflows")["headers"]["x-team-id"])
    reader = add_key(stack.parts, team, None, [Scope.EVENTS_READ])
    reply = ask(stack, "lead.created", headers={"x-api-key": reader})

    assert reply.status == 403
    assert "events:write" in reply.body["message"]


def test_a_repeat_with_the_same_key_sends_no_second_event_d_5(stack: Stack):
    key = {"idempotency-key": new_id()}
    first, again = (ask(stack, "lead.created", headers=key) for _ in range(2))

    assert again.text == first.text
    assert again.headers["Idempotency-Replayed"] == "true"
    assert stack.waiting("TRIGGER") == 1


@pytest.mark.parametrize("name", PROMOTER + COMPANY)
def test_a_documented_event_is_read_as_the_document_shows_it_w_19_d_40(stack: Stack, name):
    """F-2..F-19, W-1..W-17: but for the ids and times, which are ours; the text of each number."""
    ours = name in PROMOTER
    data = part(name, "data" if ours else "payload")
    metadata = ',"metadata":' + part(name, "metadata") if "metadata" in document(name) else ""
    request = f'{{"event_name":"{name}","event_data":{data}{metadata}}}'
    sent = stack.call("send_event", sample("api/send_event/user_signup"), body=request)
    text = event_of(stack, sent.body["trigger_id"], "promoter" if ours else "company")
    told, shown = json.loads(text), json.loads(as_read(document(name)))
    head, documented = (told["event"], shown["event"]) if ours else (told, shown)
    head.update({each: documented[each] for each in ("id", *(() if ours else ("companyId",)))})
    time = "created_at" if ours else "createdUtc"
    assert len(head[time]) == len(documented[time])
    head[time] = documented[time]

    assert json.dumps(told) == json.dumps(shown)
    assert text.endswith(as_read(document(name)[document(name).index(data) :]))
