"""send_partner_event: POST /api/v1/partner/events, from the request to the answer (contract 1)."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from partner_events.domain.contact import Contact
from partner_events.domain.ids import ContactId, TeamId, TriggerId
from partner_events.domain.key import Scope
from tests.functions.conftest import NOW, Stack, add_key, sample

TEAM = TeamId(sample("api/list_workflows")["headers"]["x-team-id"])
BY_ID = "api/send_partner_event/by_contact_id"
BY_EMAIL = "api/send_partner_event/by_email"
ALEX = ContactId("7c3e1a2b-4d5f-6789-bcde-f01234567890")
THEIRS = "b1b2c3d4-e5f6-7890-abcd-ef1234567890"
OTHER = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"


@pytest.fixture
def known(stack: Stack) -> Stack:
    """Know one contact: the one of the document's example."""
    stack.parts.contacts.add(
        Contact(
            id=ALEX,
            team=TEAM,
            email="Alex@Example.com",
            professional_id=THEIRS,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    return stack


def send(stack, body=..., *, by=BY_EMAIL, **more):
    return stack.call("send_partner_event", sample(by), body=body, **more)


def event_of(stack, reply):
    return stack.parts.triggers.get(TriggerId(reply.body["id"])).event


def contacts(stack):
    return stack.parts.contacts.list(TEAM, limit=100, cursor=None).items


@pytest.mark.parametrize("by", [BY_ID, BY_EMAIL])
def test_each_example_of_the_document_is_queued(known, by):
    """E-1..E-6, E-18, E-19, D-10: 201, and a body of exactly these two keys."""
    reply = send(known, by=by)
    id = reply.body["id"]

    assert reply.status == 201
    assert reply.text == f'{{"id":"{id}","status":"queued"}}'
    assert str(UUID(id)) == id
    assert known.waiting("TRIGGER") == (1 if by == BY_ID else 2)  # a contact was made, too


def test_no_team_header_is_needed_but_a_wrong_one_is_refused_e_2(known):
    assert send(known, headers={"x-team-id": None}).status == 201
    assert send(known, headers={"x-team-id": TEAM}).status == 201
    assert send(known, headers={"x-team-id": "another"}).status == 401


def test_an_unknown_e_mail_makes_a_contact_e_8(stack):
    reply = send(stack, {"email": " New@Example.com ", "event_type": "loan.funded"})
    (made,) = contacts(stack)

    assert made.email == "New@Example.com"
    assert event_of(stack, reply).contact_id == made.id


@pytest.mark.parametrize("email", ["alex@example.com", "ALEX@EXAMPLE.COM", " Alex@example.com "])
def test_a_known_e_mail_finds_its_contact_in_any_case_and_changes_nothing_e_9(known, email):
    before = known.parts.contacts.get(TEAM, ALEX)
    reply = send(known, {"email": email, "event_type": "loan.funded"})

    assert event_of(known, reply).contact_id == ALEX
    assert contacts(known) == [before]


def test_an_unknown_contact_id_is_not_found_and_nothing_is_made_e_10_d_11(stack):
    reply = send(stack, by=BY_ID)

    assert (reply.status, reply.text) == (404, '{"error":"Contact not found"}')
    assert contacts(stack) == []
    assert stack.waiting("TRIGGER") == 0


def test_another_team_s_contact_is_not_found_e_10(stack):
    theirs = Contact(id=ALEX, team=TeamId("other"), email="a@b.c", created_at=NOW, updated_at=NOW)
    stack.parts.contacts.add(theirs)

    assert send(stack, by=BY_ID).status == 404


def test_with_both_the_contact_id_wins_and_the_e_mail_is_not_looked_at_d_11(known):
    for email in ("else@example.com", "no e-mail", 5):
        reply = send(known, {"contact_id": ALEX.upper(), "email": email, "event_type": "x"})

        assert event_of(known, reply).contact_id == ALEX
    assert len(contacts(known)) == 1


@pytest.mark.parametrize("body", [{}, {"contact_id": None, "email": None}])
def test_with_neither_the_request_is_invalid_e_7_d_11(stack, body):
    reply = send(stack, {"event_type": "loan.funded", **body})

    assert (reply.status, reply.text) == (400, '{"error":"contact_id or email is required"}')


@pytest.mark.parametrize(
    "name",
    [
        "loan.funded",
        "loan.closed",
        "matter.closed",
        "appointment.completed",
        "transaction.closed",
        "custom.event",
        "LoanFunded",
        "foo",
        "Ein Darlehen, endlich! 😀",
        "#",
        "\x00\uffff",
        "x" * 256,
    ],
)
def test_the_event_type_is_any_text_and_runs_without_being_registered(known, name):
    """E-11, E-21, E-22, D-12: accepted, and logged by the worker under this name."""
    everything = {"url": "http://127.0.0.1:65535/", "event_types": ["*"]}
    known.call("create_webhook_endpoint", body=everything)
    reply = send(known, {"email": "alex@example.com", "event_type": f"  {name} "})
    answer = known.work("run_triggers", "TRIGGER")

    assert reply.status == 201
    assert answer == {"batchItemFailures": []}
    assert logged(known, reply).name == name
    assert known.waiting("DELIVERY") == 1


def logged(stack, reply):
    trigger = stack.parts.triggers.get(TriggerId(reply.body["id"]))
    return stack.parts.log.get(TEAM, trigger.position, 0)


BAD_TYPE = "must be 1 to 256 characters"


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"event_type": None}, "event_type", "must be a valid string"),
        ({"event_type": ""}, "event_type", BAD_TYPE),
        ({"event_type": " \n"}, "event_type", BAD_TYPE),
        ({"event_type": "x" * 257}, "event_type", BAD_TYPE),
        ({"event_type": 5}, "event_type", "must be a valid string"),
        ({"contact_id": "alex"}, "contact_id", "must be a UUID"),
        ({"email": "alex"}, "email", "must be an e-mail address"),
        ({"email": ""}, "email", "must be an e-mail address"),
        ({"email": "a@" + "x" * 253}, "email", "must be an e-mail address"),
        ({"professional_id": "p-1"}, "professional_id", "must be a UUID"),
        ({"metadata": []}, "metadata", "must be a valid dictionary"),
        ({"metadata": "x"}, "metadata", "must be a valid dictionary"),
    ],
)
def test_a_field_to_blame_is_named_with_what_is_wrong_d_10(stack, change, field, text):
    reply = send(stack, {"email": "a@b.c", "event_type": "x", **change})

    assert reply.status == 400
    assert reply.body == {"error": f"{field} {text}", "fields": {field: text}}
    assert contacts(stack) == []


def test_a_missing_event_type_is_named_e_11(stack):
    reply = send(stack, {"email": "a@b.c"})

    assert reply.status == 400
    assert reply.body == {
        "error": "event_type is required",
        "fields": {"event_type": "is required"},
    }


def test_every_field_to_blame_is_named_d_10(stack):
    reply = send(stack, {"email": "a", "event_type": "", "professional_id": "p", "metadata": 1})

    assert list(reply.body["fields"]) == ["event_type", "email", "professional_id", "metadata"]


@pytest.mark.parametrize("body", ["", "{", "[]", '{"event_type":"x","event_type":"x"}', "\x00"])
def test_what_is_no_json_object_is_refused_in_this_dialect_d_4(stack, body):
    reply = send(stack, body)

    assert reply.status == 400
    assert list(reply.body) == ["error"]


def test_a_body_over_256_kb_is_too_large_d_4(stack):
    reply = send(stack, {"email": "a@b.c", "event_type": "x", "metadata": {"a": "x" * 262_144}})

    assert reply.status == 413
    assert list(reply.body) == ["error"]


def test_unknown_fields_are_ignored_d_4(stack):
    assert send(stack, {"email": "a@b.c", "event_type": "x", "priority": 1}).status == 201


def test_the_event_s_professional_applies_to_it_alone_e_12_d_13(known):
    reply = send(known, by=BY_ID)

    assert event_of(known, reply).professional_id == OTHER
    assert known.parts.contacts.get(TEAM, ALEX).professional_id == THEIRS


@pytest.mark.parametrize("given", [{}, {"professional_id": None}])
def test_without_one_the_contact_s_professional_applies_e_13_d_13(known, given):
    body = {"contact_id": ALEX, "event_type": "loan.funded", **given}

    assert event_of(known, send(known, body)).professional_id == THEIRS


METADATA = '{"loan":{"number":"LN-1","amount":250000.00,"tags":[1.50,null,true]}}'


def test_metadata_is_any_object_and_keeps_every_digit_e_14_e_15(known):
    reply = send(known, f'{{"email":"alex@example.com","event_type":"x","metadata":{METADATA}}}')
    known.work("run_triggers", "TRIGGER")

    assert event_of(known, reply).metadata == METADATA
    assert logged(known, reply).metadata == METADATA
    assert json.loads(logged(known, reply).body)["data"]["contact_id"] == ALEX


@pytest.mark.parametrize("given", [{}, {"metadata": None}, {"metadata": {}}])
def test_an_event_without_metadata_has_an_empty_object(known, given):
    reply = send(known, {"email": "alex@example.com", "event_type": "x", **given})
    known.work("run_triggers", "TRIGGER")

    assert event_of(known, reply).metadata == logged(known, reply).metadata == "{}"


def test_the_largest_metadata_is_logged_too_e_15(known):
    metadata = {"note": "x" * 261_000}
    reply = send(known, {"email": "alex@example.com", "event_type": "x", "metadata": metadata})
    known.work("run_triggers", "TRIGGER")

    assert json.loads(logged(known, reply).metadata) == metadata


def test_a_workflow_s_webhook_refers_to_the_metadata_e_16(known):
    """The step's request holds what {{event.metadata.…}} stood for."""
    sent = []
    known.parts.__dict__["sender"] = Recorder(sent)
    body = {"number": "{{event.metadata.loan.number}}", "who": "{{event.professional_id}}"}
    step = {"id": "tell", "type": "webhook", "url": "https://crm.example", "body": body}
    workflow = {
        "schema": 1,
        "key": "review",
        "status": "active",
        "triggers": [{"event": "loan.*"}],
        "steps": [step],
    }
    known.call("put_workflow", body=workflow, path={"key": "review"})
    metadata = {"loan": {"number": "LN-1"}}
    send(known, {"contact_id": ALEX, "event_type": "loan.funded", "metadata": metadata})
    known.work("run_triggers", "TRIGGER")
    known.work("run_steps", "STEP")

    assert [json.loads(each.body) for each in sent] == [{"number": "LN-1", "who": THEIRS}]


class Recorder:
    def __init__(self, sent):
        self._sent = sent

    def send(self, request):
        from partner_events.domain.webhook import WebhookAnswer

        self._sent.append(request)
        return WebhookAnswer(status=200, duration=timedelta())


def test_the_workflow_runs_for_the_contact_that_was_named(known):
    known.call("put_workflow", path={"key": "w"}, body=LISTENING)
    reply = send(known, {"contact_id": ALEX, "event_type": "foo"})
    known.work("run_triggers", "TRIGGER")
    view = known.call("get_trigger_workflow", path={"id": reply.body["id"]}).body

    assert [each["contact_id"] for each in view["executions"]] == [ALEX]


LISTENING = {
    "schema": 1,
    "key": "w",
    "status": "active",
    "triggers": [{"event": "foo"}],
    "steps": [{"id": "tell", "type": "webhook", "url": "https://crm.example"}],
}


def test_equal_calls_are_two_events_e_20_e_23(known):
    first, second = send(known), send(known)

    assert first.body["id"] != second.body["id"]
    assert first.body["status"] == second.body["status"] == "queued"
    assert known.waiting("TRIGGER") == 2 + 1  # the contact was made once


def test_an_idempotency_key_makes_a_repeat_harmless_e_24_d_5(stack):
    first, again = (send(stack, headers={"idempotency-key": "loan-1"}) for _ in range(2))

    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert stack.waiting("TRIGGER") == 2  # the event, and that its contact was made
    assert len(contacts(stack)) == 1


def test_the_same_idempotency_key_with_another_body_is_a_conflict_d_5(stack):
    send(stack, headers={"idempotency-key": "loan-1"})
    body = {"email": "a@b.c", "event_type": "x"}
    reply = send(stack, body, headers={"idempotency-key": "loan-1"})

    assert reply.status == 409
    assert reply.body == {"error": "This Idempotency-Key was used with another body"}
    assert len(contacts(stack)) == 1


@pytest.mark.parametrize("key", [None, "", "ee_live_abc123"])
def test_a_missing_or_unknown_key_is_401_d_8(stack, key):
    reply = send(stack, headers={"x-api-key": key})

    assert (reply.status, reply.text) == (401, '{"error":"Invalid API key"}')


def test_a_revoked_key_is_403_here_and_401_elsewhere_d_8(stack):
    team = stack.parts.teams.get(TEAM)
    secret = add_key(stack.parts, team, None, list(Scope))
    for key in stack.parts.keys.of_team(TEAM):
        stack.parts.keys.revoke(TEAM, key.id, now=datetime.now(UTC))
    here = send(stack, headers={"x-api-key": secret})
    elsewhere = stack.call("list_workflows", headers={"x-api-key": secret})

    assert (here.status, here.body) == (403, {"error": "API key is inactive or expired"})
    assert (elsewhere.status, elsewhere.body["message"]) == (401, "Unauthorized")


def test_a_key_without_the_scope_is_told_which_one_d_8(stack):
    reader = add_key(stack.parts, stack.parts.teams.get(TEAM), None, [Scope.DIRECTORY_READ])
    reply = send(stack, headers={"x-api-key": reader})

    assert reply.status == 403
    assert "events:write" in reply.body["error"]


def test_the_sixty_first_request_of_a_key_s_minute_gets_429_d_7(stack, monkeypatch):
    stop_the_clock(monkeypatch)
    replies = [send(stack, {"email": "a@b.c", "event_type": "x"}) for _ in range(61)]

    assert [reply.status for reply in replies] == [201] * 60 + [429]
    assert [int(reply.headers["X-RateLimit-Remaining"]) for reply in replies] == [
        *range(59, -1, -1),
        0,
    ]
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {"60"}
    assert replies[60].headers["Retry-After"] == "35"
    assert replies[60].body == {"error": "Rate limit of 60 requests per minute exceeded"}


def test_other_requests_are_not_counted_by_the_minute_d_7(stack):
    assert stack.call("list_workflows").headers["X-RateLimit-Limit"] == "1000"


def stop_the_clock(monkeypatch):
    """Let no minute end while a test counts: it is always 25 s past."""
    from partner_events.http import endpoint

    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz).replace(second=25, microsecond=0)

    monkeypatch.setattr(endpoint, "datetime", Stopped)


def test_a_failure_of_ours_says_nothing_of_the_inside(stack, monkeypatch):
    monkeypatch.setattr(stack.parts.triggers._table, "_name", "no-such-table")
    reply = send(stack)

    assert (reply.status, reply.body) == (500, {"error": "Internal error, request request-1"})
