"""POST /api/v1/events/send, from API Gateway's payload to the answer (contract 3)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.errors import RateLimited
from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.errors import STATUS_OF
from tests.functions.conftest import Stack, add_key, client, sample

SAMPLES = [
    "user_signup",
    "purchase_completed",
    "password_reset_requested",
    "subscription_renewal_reminder",
    "course_completed",
]


@pytest.fixture
def registered(stack: Stack) -> Stack:
    for name in SAMPLES:
        stack.call("create_event_type", body={"name": name})
    return stack


def send(stack, body=..., **more):
    return stack.call("send_event", sample("api/send_event/user_signup"), body=body, **more)


@pytest.mark.parametrize("name", [name for name in SAMPLES if "reminder" not in name])
def test_each_example_of_the_document_is_accepted(registered, name):
    """S-1, S-2, S-14, S-15."""
    reply = registered.call("send_event", sample(f"api/send_event/{name}"))
    trigger_id, job_id = reply.body["trigger_id"], reply.body["job_id"]

    assert reply.status == 201
    assert reply.text == (
        f'{{"success":true,"trigger_id":"{trigger_id}","job_id":"{job_id}",'
        '"message":"Event queued successfully"}'
    )
    assert registered.parts.triggers.get(TriggerId(trigger_id))


def test_the_job_id_is_the_one_that_the_queue_gave_the_message_d_31(registered):
    reply = send(registered)
    url = registered.sqs.get_queue_url(QueueName="TRIGGER")["QueueUrl"]
    (message,) = registered.sqs.receive_message(QueueUrl=url)["Messages"]

    assert reply.body["job_id"] == message["MessageId"]
    assert json.loads(message["Body"])["trigger"] == reply.body["trigger_id"]


def scheduled(stack, trigger_at):
    event = sample("api/send_event/subscription_renewal_reminder")
    body = {**json.loads(event["body"]), "trigger_at": trigger_at}
    return stack.call("send_event", event, body=body)


def test_a_scheduled_event_says_when_in_utc_with_milliseconds_s_16_s_17(registered):
    at = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    reply = scheduled(registered, at.strftime("%Y-%m-%dT%H:%M:%SZ"))

    assert reply.status == 201
    assert list(reply.body) == ["success", "trigger_id", "job_id", "message", "scheduled_for"]
    assert reply.body["scheduled_for"] == format_timestamp(at)
    assert reply.body["message"] == f"Event scheduled for {format_timestamp(at)}"


def test_a_far_event_becomes_a_schedule_of_the_trigger_s_name_d_31(registered):
    at = datetime.now(UTC) + timedelta(days=2)
    reply = scheduled(registered, format_timestamp(at))
    schedule = client("scheduler").get_schedule(Name=reply.body["job_id"], GroupName="schedules")

    assert reply.body["job_id"] == reply.body["trigger_id"]
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["Target"]["Arn"].endswith(":TRIGGER")
    assert registered.waiting("TRIGGER") == 0


def test_a_near_event_waits_on_the_queue(registered):
    scheduled(registered, format_timestamp(datetime.now(UTC) + timedelta(minutes=14)))

    assert registered.waiting("TRIGGER") == 1


def refused(status, message, error):
    body = {"statusCode": status, "message": message, "error": error}
    return status, json.dumps(body, separators=(",", ":"))


YESTERDAY = format_timestamp(datetime.now(UTC) - timedelta(days=1))
IN_TWO_YEARS = format_timestamp(datetime.now(UTC) + timedelta(days=730))
MALFORMED = "Invalid trigger_at format"
HORIZON = "trigger_at must be within 365 days"


@pytest.mark.parametrize(
    ("body", "status", "message", "error"),
    [
        ({}, 400, "Event name is required", "Bad Request"),
        ({"event_name": ""}, 400, "Event name is required", "Bad Request"),
        ({"event_name": None}, 400, "Event name is required", "Bad Request"),
        (
            {"event_name": "x", "trigger_at": "soon"},
            400,
            MALFORMED,
            "Bad Request",
        ),
        ({"event_name": "x", "trigger_at": 5}, 400, MALFORMED, "Bad Request"),
        (
            {"event_name": "x", "trigger_at": "2024-12-15"},
            400,
            MALFORMED,
            "Bad Request",
        ),
        (
            {"event_name": "x", "trigger_at": YESTERDAY},
            400,
            "trigger_at must be a future date",
            "Bad Request",
        ),
        ({"event_name": "x", "trigger_at": IN_TWO_YEARS}, 400, HORIZON, "Bad Request"),
        ({"event_name": "unheard_of"}, 404, "Event type not found", "Not Found"),
        ({"event_name": "no such name!" * 99}, 404, "Event type not found", "Not Found"),
    ],
)
def test_errors_are_in_the_document_s_words(registered, body, status, message, error):
    """S-18..S-21, S-24, D-30."""
    reply = send(registered, body)

    assert (reply.status, reply.text) == refused(status, message, error)
    assert registered.waiting("TRIGGER") == 0


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"x-api-key": None}, "Unauthorized"),
        ({"x-api-key": "sk_live_your_api_key"}, "Unauthorized"),
        ({"x-api-key": ""}, "Unauthorized"),
        ({"x-team-id": None}, "Invalid team context"),
        ({"x-team-id": "another-team"}, "Invalid team context"),
        ({"x-api-key": None, "x-team-id": None}, "Unauthorized"),
    ],
)
def test_key_and_team_come_before_everything_else_s_22_s_23_d_30(registered, headers, message):
    reply = send(registered, "{not json", headers=headers)

    assert (reply.status, reply.text) == refused(401, message, "Unauthorized")


def test_header_names_are_taken_in_any_case(registered):
    event = sample("api/send_event/user_signup")
    event["headers"] = {name.title(): value for name, value in event["headers"].items()}

    assert registered.call("send_event", event).status == 201


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"event_name":"user_signup","event_name":"user_signup"}',
        '{"event_name":"user_signup","event_data":{"n":NaN}}',
        '{"event_name":"user_signup","event_data":' + '{"a":' * 33 + "1" + "}" * 33 + "}",
        '{"event_name":"user_signup","event_data":{"n":"\\ud800"}}',
    ],
)
def test_what_is_not_one_good_json_object_is_refused_in_the_house_body_d_4(registered, body):
    reply = send(registered, body)

    assert reply.status == 400
    assert reply.body["error"] == "Bad Request"
    assert reply.body["message"].startswith("The body ")


def test_a_body_over_256_kb_is_too_large_d_4(registered):
    most = 256 * 1024
    filler = most - len('{"event_name":"user_signup","event_data":{"a":""}}')

    fits = send(registered, '{"event_name":"user_signup","event_data":{"a":"%s"}}' % ("x" * filler))
    over = send(
        registered, '{"event_name":"user_signup","event_data":{"a":"%s"}}' % ("x" * (filler + 1))
    )

    assert fits.status == 201
    assert (over.status, over.body["error"]) == (413, "Payload Too Large")


def test_a_body_that_comes_as_base64_is_read(registered):
    import base64

    event = sample("api/send_event/user_signup")
    event["body"] = base64.b64encode(event["body"].encode()).decode()
    event["isBase64Encoded"] = True

    assert registered.call("send_event", event).status == 201


def test_unknown_fields_are_ignored_d_4(registered):
    assert send(registered, {"event_name": "user_signup", "priority": "high"}).status == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_info": "bob"}, "user_info"),
        ({"user_info": {"email": 5}}, "user_info.email"),
        ({"user_info": {"contact_external_id": 12345}}, "user_info.contact_external_id"),
        ({"user_info": {"custom_fields": []}}, "user_info.custom_fields"),
        ({"event_data": [1]}, "event_data"),
        ({"variables": "x"}, "variables"),
        ({"source": {"ip": 1}}, "source.ip"),
    ],
)
def test_a_field_of_the_wrong_type_is_named_d_6(registered, change, field):
    reply = send(registered, {"event_name": "user_signup", **change})

    assert reply.status == 400
    assert reply.body["message"].startswith(field)
    assert [each["field"] for each in reply.body["details"]] == [field]


def test_everything_but_the_name_may_be_left_out_or_null(registered):
    """S-6..S-11."""
    names = ["user_info", "source", "event_data", "variables", "trigger_at"]

    assert send(registered, {"event_name": "user_signup"}).status == 201
    assert send(registered, {"event_name": "user_signup", **dict.fromkeys(names)}).status == 201


def test_what_was_sent_is_kept_with_every_digit(registered):
    """S-7..S-10, D-2."""
    body = (
        '{"event_name":"user_signup","user_info":{"phone":"+1234567890","custom_fields":'
        '{"plan":"Pro"}},"source":{"type":"api","user_agent":"x"},'
        '"event_data":{"amount":99.00,"n":{"deep":[1.50]}},"variables":{"code":"A&B=C"}}'
    )
    reply = send(registered, body)
    trigger = registered.parts.triggers.get(TriggerId(reply.body["trigger_id"]))

    assert trigger.event.data == '{"amount":99.00,"n":{"deep":[1.50]}}'
    assert trigger.event.variables == '{"code":"A&B=C"}'
    assert trigger.event.source == '{"type":"api","user_agent":"x"}'
    assert trigger.event.contact.phone == "+1234567890"
    assert trigger.event.contact.custom_fields == {"plan": "Pro"}


def test_every_answer_after_the_key_says_what_is_left_of_the_hour_d_7(registered):
    good, bad = send(registered), send(registered, "{")

    for reply, used in ((good, 1), (bad, 2)):
        assert reply.headers["X-RateLimit-Limit"] == "1000"
        assert reply.headers["X-RateLimit-Remaining"] == str(1000 - used)
        reset = datetime.fromtimestamp(int(reply.headers["X-RateLimit-Reset"]), UTC)
        assert timedelta() < reset - datetime.now(UTC) <= timedelta(hours=1)


def test_the_request_after_the_last_one_of_the_hour_gets_429_s_25_d_7(registered):
    small = registered.parts.teams.get(team_id())
    make_small(registered, small, 3)
    replies = [send(registered) for _ in range(4)]

    assert [reply.status for reply in replies] == [201, 201, 201, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0"]
    assert replies[3].body["error"] == "Too Many Requests"
    assert 1 <= int(replies[3].headers["Retry-After"]) <= 3600


def test_the_rate_is_checked_before_the_body_d_30(registered):
    make_small(registered, registered.parts.teams.get(team_id()), 1)

    assert [send(registered, "{").status for _ in range(2)] == [400, 429]


def team_id():
    return sample("api/list_workflows")["headers"]["x-team-id"]


def make_small(stack, team, limit):
    """Put the team on a plan of its own with few requests, before its key is first seen."""
    stack.parts._directory.update(
        f"TEAM#{team.id}", "TEAM", "SET requests_per_hour = :few", few=limit
    )
    stack.parts.__dict__.pop("gate", None)
    stack.parts.__dict__.pop("limiter", None)


def test_a_key_without_the_scope_is_told_which_one_d_8(registered):
    team = registered.parts.teams.get(team_id())
    reader = add_key(registered.parts, team, None, [Scope.EVENTS_READ])
    reply = send(registered, headers={"x-api-key": reader})

    assert reply.status == 403
    assert "events:write" in reply.body["message"]
    assert reply.headers["X-RateLimit-Remaining"] == "999"


def test_a_revoked_key_is_refused_once_it_is_forgotten_d_8(registered):
    team = registered.parts.teams.get(team_id())
    secret = add_key(registered.parts, team, None, list(Scope))
    (key,) = [key for key in registered.parts.keys.of_team(team.id) if key.name == "sample"][-1:]
    registered.parts.keys.revoke(team.id, key.id, now=datetime.now(UTC))

    assert send(registered, headers={"x-api-key": secret}).status == 401


def test_a_repeat_with_the_same_key_and_body_gets_the_first_answer_d_5(registered):
    first = send(registered, headers={"idempotency-key": "order-1"})
    again = send(registered, headers={"idempotency-key": "order-1"})

    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert registered.waiting("TRIGGER") == 1


def test_the_same_key_with_another_body_is_a_conflict_d_5(registered):
    send(registered, headers={"idempotency-key": "order-1"})
    reply = send(registered, {"event_name": "user_signup"}, headers={"idempotency-key": "order-1"})

    assert (reply.status, reply.body["error"]) == (409, "Conflict")


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "tab\t"])
def test_an_idempotency_key_is_1_to_255_visible_characters_d_5(registered, key):
    assert send(registered, headers={"idempotency-key": key}).status == 400


def test_a_repeat_of_a_scheduled_event_gets_its_answer_even_when_its_time_has_passed_d_5(
    registered, monkeypatch
):
    soon = format_timestamp(datetime.now(UTC) + timedelta(seconds=30))
    body = {"event_name": "user_signup", "trigger_at": soon}
    first = send(registered, body, headers={"idempotency-key": "k"})
    from partner_events.http import endpoint

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(minutes=5)

    monkeypatch.setattr(endpoint, "datetime", Later)
    again = send(registered, body, headers={"idempotency-key": "k"})

    assert (again.status, again.text) == (201, first.text)


def test_a_failure_of_ours_is_5xx_which_clients_retry_and_says_nothing_of_the_inside(
    registered, monkeypatch
):
    """D-6, S-26."""
    monkeypatch.setattr(registered.parts.triggers._table, "_name", "no-such-table")
    reply = send(registered)

    assert reply.status == 500
    assert reply.body["message"] == "Internal error, request request-1"
    assert "table" not in reply.text


def test_every_error_has_a_status():
    from partner_events.domain.errors import DomainError

    def below(kind):
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    for kind in below(DomainError)[1:]:
        assert any(ancestor in STATUS_OF for ancestor in kind.__mro__), kind
    assert STATUS_OF[RateLimited] == 429
