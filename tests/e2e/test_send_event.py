"""POST /api/v1/events/send over HTTP: contract 3, line by line."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from partner_events.domain.key import new_secret_key
from partner_events.domain.timestamps import format_timestamp
from partner_events_tools.local.api import Api
from partner_events_tools.local.samples import sample_events
from tests.e2e.partner import UUID

A_KEY_OF_NOBODY = new_secret_key(live=False, randbelow=lambda _: 0)
LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def in_days(days: int) -> str:
    return format_timestamp(datetime.now(UTC) + timedelta(days=days))


@pytest.fixture(scope="module")
def partner(new_partner):
    partner = new_partner()
    partner.registers(*(sample.body["event_name"] for sample in sample_events()))
    return partner


@pytest.fixture
def send(partner):
    return partner.api.send


def error(status: int, message: str, reason: str) -> str:
    """S-18, byte for byte."""
    return f'{{"statusCode":{status},"message":"{message}","error":"{reason}"}}'


@pytest.mark.parametrize(
    "sample",
    [sample for sample in sample_events() if "trigger_at" not in sample.body],
    ids=lambda sample: sample.name,
)
def test_s14_s15_an_event_is_answered_201_with_ids_and_nothing_is_scheduled(send, sample):
    reply = send(sample.text)

    assert (reply.status, reply.headers["Content-Type"]) == (201, "application/json")
    assert reply.text == (
        f'{{"success":true,"trigger_id":"{reply.json["trigger_id"]}",'
        f'"job_id":"{reply.json["job_id"]}","message":"Event queued successfully"}}'
    )
    assert UUID.fullmatch(reply.json["trigger_id"])
    assert UUID.fullmatch(reply.json["job_id"])  # D-31: what the queue called the message


def test_s16_s17_d1_a_scheduled_event_is_told_its_time_in_utc_with_milliseconds(send):
    (sample,) = [sample for sample in sample_events() if "trigger_at" in sample.body]
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    expected = f"{tomorrow:%Y-%m-%dT%H:%M:%S}.000Z"
    as_given = [
        f"{tomorrow:%Y-%m-%dT%H:%M:%SZ}",
        f"{tomorrow + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00",
        f"{tomorrow:%Y-%m-%dT%H:%M:%S}",
    ]

    for trigger_at in as_given:
        reply = send({**sample.body, "trigger_at": trigger_at})

        assert reply.status == 201
        assert reply.text == (
            f'{{"success":true,"trigger_id":"{reply.json["trigger_id"]}",'
            f'"job_id":"{reply.json["job_id"]}","message":"Event scheduled for {expected}",'
            f'"scheduled_for":"{expected}"}}'
        )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"user_info": {}}', "Event name is required"),  # S-19
        ('{"event_name": ""}', "Event name is required"),
        ('{"event_name": null}', "Event name is required"),
        ('{"event_name": "user_signup", "trigger_at": "soon"}', "Invalid trigger_at format"),
        ('{"event_name": "user_signup", "trigger_at": "2030-01-01"}', "Invalid trigger_at format"),
        ('{"event_name": "user_signup", "trigger_at": 1}', "Invalid trigger_at format"),  # S-20
        (
            '{"event_name": "user_signup", "trigger_at": "2024-12-15T10:00:00Z"}',
            "trigger_at must be a future date",  # S-21
        ),
        (
            f'{{"event_name": "user_signup", "trigger_at": "{in_days(366)}"}}',
            "trigger_at must be within 365 days",  # D-30
        ),
    ],
)
def test_s18_to_s21_what_is_wrong_with_a_body_is_said_in_the_words_of_the_contract(
    send, body, message
):
    reply = send(body)

    assert (reply.status, reply.text) == (400, error(400, message, "Bad Request"))
    assert reply.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("key", ["", "sk_test_short", A_KEY_OF_NOBODY])
def test_s22_without_a_good_key_it_is_401(stack, partner, key):
    reply = Api(url=stack.state.api_url, team=partner.api.team, key=key).send({})

    assert (reply.status, reply.text) == (401, error(401, "Unauthorized", "Unauthorized"))


@pytest.mark.parametrize("team", ["", "no team", "01937b1e-6c00-7000-8000-00000000d3e0"])
def test_s23_without_the_keys_own_team_it_is_401(stack, partner, team):
    reply = Api(url=stack.state.api_url, team=team, key=partner.api.key).send({})

    assert (reply.status, reply.text) == (401, error(401, "Invalid team context", "Unauthorized"))


def test_s24_an_event_type_that_nobody_registered_is_404(send):
    reply = send({"event_name": "never_registered"})

    assert (reply.status, reply.text) == (404, error(404, "Event type not found", "Not Found"))


def test_d4_a_body_over_256_kb_is_413(send):
    reply = send({"event_name": "user_signup", "event_data": {"text": "x" * 256 * 1024}})

    assert reply.status == 413
    assert reply.text == error(413, "The body is larger than 256 KB", "Payload Too Large")


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"event_name": "a", "event_name": "b"}', '{"event_name": NaN}']
)
def test_d4_a_body_that_is_not_one_json_object_is_400(send, body):
    reply = send(body)

    assert (reply.status, reply.json["statusCode"], reply.json["error"]) == (
        400,
        400,
        "Bad Request",
    )


def test_d30_the_checks_come_in_their_order(stack, partner):
    """Each request has cured what the one before it was refused for, and nothing else."""
    nobody = Api(url=stack.state.api_url, team="other", key="wrong")
    misled = Api(url=stack.state.api_url, team="other", key=partner.api.key)
    unknown, past = {"event_name": "never_registered"}, "2024-12-15T10:00:00Z"
    expected = [
        (nobody, "{", "Unauthorized"),
        (misled, "{", "Invalid team context"),
        (partner.api, "{", "The body is not valid JSON (line 1)"),
        (partner.api, {"trigger_at": "soon"}, "Event name is required"),
        (partner.api, {**unknown, "trigger_at": "soon"}, "Invalid trigger_at format"),
        (partner.api, {**unknown, "trigger_at": past}, "trigger_at must be a future date"),
        (
            partner.api,
            {**unknown, "trigger_at": in_days(366)},
            "trigger_at must be within 365 days",
        ),
        (partner.api, {**unknown, "trigger_at": in_days(1)}, "Event type not found"),
    ]

    for api, body, message in expected:
        assert api.send(body).json["message"] == message


@pytest.mark.parametrize(
    ("body", "status"),
    [('{"event_name": "user_signup"}', 201), ("{", 400), ('{"event_name": "x"}', 404)],
)
def test_d7_every_authenticated_answer_says_how_much_of_the_plan_is_left(send, body, status):
    reply = send(body)
    limit, remaining, reset = (int(reply.headers[name]) for name in LIMITS)

    assert reply.status == status
    assert 0 < remaining < limit == 1_000_000
    assert 0 < reset - datetime.now(UTC).timestamp() <= 3600


def test_an_answer_to_nobody_says_nothing_of_a_plan(stack):
    reply = Api(url=stack.state.api_url).send({})

    assert not [name for name in LIMITS if name in reply.headers]
    assert json.loads(reply.text)["statusCode"] == 401
