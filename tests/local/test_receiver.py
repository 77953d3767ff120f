import base64
import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from standardwebhooks import Webhook

from partner_events_tools.local.inbox import Behaviour, Inbox
from partner_events_tools.local.receiver import ReceiverServer

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
BODY = '{"type": "user.signup",  "n": 1}'


@pytest.fixture(scope="module")
def url():
    with ReceiverServer(0) as server:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def call(url):
    def call(method: str, path: str, body: str = "", headers: dict[str, str] | None = None):
        data = body.encode() if body else None
        request = urllib.request.Request(url + path, data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    call("DELETE", "/received")
    return call


def signed(webhook_id: str, secret: str = SECRET, body: str = BODY) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, now, body),
    }


def test_what_was_sent_is_kept_byte_for_byte(call):
    call("POST", "/hooks/plain", BODY, {"X-Own": "yes"})
    (entry,) = call("GET", "/received")[1]["received"]

    assert base64.b64decode(entry["body"]).decode() == BODY
    assert (entry["method"], entry["path"]) == ("POST", "/hooks/plain")
    assert entry["headers"]["x-own"] == "yes"
    assert datetime.fromisoformat(entry["at"]).tzinfo


@pytest.mark.parametrize(
    ("path", "secret", "expected"),
    [
        ("/hooks/right", SECRET, True),
        ("/hooks/wrong", OTHER_SECRET, False),
        ("/hooks/unknown", SECRET, None),
    ],
)
def test_a_signature_is_right_wrong_or_beyond_judgement(call, path, secret, expected):
    if expected is not None:
        call("POST", "/secrets", json.dumps({"path": path, "secret": secret}))
    call("POST", path, BODY, signed("msg_1"))
    (entry,) = call("GET", "/received")[1]["received"]

    assert entry["signature_ok"] is expected
    assert entry["webhook_id"] == "msg_1"


def test_while_a_secret_is_rotated_either_one_is_right(call):
    for secret in (SECRET, OTHER_SECRET):
        call("POST", "/secrets", json.dumps({"path": "/hooks/rotated", "secret": secret}))
    call("POST", "/hooks/rotated", BODY, signed("msg_1"))
    call("POST", "/hooks/rotated", BODY, signed("msg_2", OTHER_SECRET))

    assert [each["signature_ok"] for each in call("GET", "/received")[1]["received"]] == [True] * 2


def test_a_webhook_without_a_signature_is_not_right(call):
    call("POST", "/secrets", json.dumps({"path": "/hooks/bare", "secret": SECRET}))
    call("POST", "/hooks/bare", "not even JSON")

    assert call("GET", "/received")[1]["received"][0]["signature_ok"] is False


def test_first_attempts_fail_as_asked_and_second_ones_succeed(call):
    call("POST", "/behave", '{"path": "/hooks/flaky", "fail_first_ratio": 1, "status": 500}')

    assert (
        call("POST", "/hooks/flaky", BODY, signed("msg_1"))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    )
    assert call("POST", "/hooks/flaky", BODY, signed("msg_1"))[0] == HTTPStatus.OK


def test_the_share_that_fails_is_near_the_one_asked_for_and_always_the_same():
    behaviour = Behaviour(fail_first_ratio=0.2)
    failing = [number for number in range(10_000) if behaviour.fails_first(f"msg_{number}")]

    assert 1_900 < len(failing) < 2_100
    assert failing == [n for n in range(10_000) if behaviour.fails_first(f"msg_{n}")]


def test_only_the_latest_webhooks_are_kept():
    inbox = Inbox(kept=2)
    for number in range(3):
        inbox.receive("POST", f"/{number}", {}, b"")

    assert [each["path"] for each in inbox.received()] == ["/1", "/2"]


@pytest.mark.parametrize("path", ["/secrets", "/behave"])
@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"path": "/x", "secret": "?", "odd": 1}'])
def test_an_instruction_that_makes_no_sense_is_refused(call, path, body):
    assert call("POST", path, body)[0] == HTTPStatus.BAD_REQUEST


def test_only_what_was_received_can_be_read(call):
    assert call("GET", "/secrets")[0] == HTTPStatus.NOT_FOUND
