import os
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from partner_events.domain.signature import is_secret, new_secret, sign, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_" + b64encode(b"the secret before this one, 32 b").decode()
BODY = b'{"test": 2432232314}'

secrets = st.binary(min_size=24, max_size=64).map(lambda key: "whsec_" + b64encode(key).decode())


def receive(headers, body=BODY, *, secret=SECRET):
    return Webhook(secret).verify(body, headers, json_parse=False)


@pytest.fixture
def now():
    return datetime.now(UTC)  # the published library compares with its own clock


def test_the_published_example_has_the_published_signature():
    signature = sign(
        BODY,
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        sent_at=datetime.fromtimestamp(1614265330, UTC),
        secrets=[SECRET],
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(
    secret=secrets, message_id=st.from_regex(r"dlv_[0-9a-z]{1,30}", fullmatch=True), text=st.text()
)
def test_a_receiver_verifies_any_body_with_the_published_library(secret, message_id, text):
    body = text.encode()
    headers = signed_headers(
        body, message_id=message_id, sent_at=datetime.now(UTC), secrets=[secret]
    )

    receive(headers, body, secret=secret)


def test_while_a_secret_is_rotated_either_of_the_two_verifies(now):
    headers = signed_headers(BODY, message_id="dlv_1", sent_at=now, secrets=[SECRET, OLD_SECRET])

    receive(headers, secret=SECRET)
    receive(headers, secret=OLD_SECRET)
    assert len(headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_changed_header_does_not_verify(now, changed):
    headers = signed_headers(BODY, message_id="dlv_1", sent_at=now, secrets=[SECRET])
    other = signed_headers(
        b"{}", message_id="dlv_2", sent_at=now.replace(second=now.second ^ 1), secrets=[SECRET]
    )

    with pytest.raises(WebhookVerificationError):
        receive({**headers, changed: other[changed]})


def test_another_attempt_has_another_signature_of_the_same_message(now):
    first = signed_headers(BODY, message_id="dlv_1", sent_at=now, secrets=[SECRET])
    second = signed_headers(
        BODY, message_id="dlv_1", sent_at=now.replace(second=now.second ^ 1), secrets=[SECRET]
    )

    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_nothing_is_sent_unsigned(now):
    with pytest.raises(ValueError, match="unsigned"):
        sign(BODY, message_id="dlv_1", sent_at=now, secrets=[])


def test_a_new_secret_is_32_random_bytes():
    secret = new_secret(lambda count: bytes(range(count)))

    assert secret == "whsec_" + b64encode(bytes(range(32))).decode()


def test_every_new_secret_is_one():
    assert is_secret(new_secret(os.urandom))


@pytest.mark.parametrize(("length", "accepted"), [(23, False), (24, True), (64, True), (65, False)])
def test_a_callers_own_secret_is_24_to_64_bytes(length, accepted):
    assert is_secret("whsec_" + b64encode(bytes(length)).decode()) is accepted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        SECRET.removeprefix("whsec_"),
        SECRET.upper(),
        SECRET + "=",
        SECRET + "\n",
        SECRET[:-1],
        SECRET.replace("9", "-"),
        SECRET.replace("9", "é"),
    ],
)
def test_text_that_only_resembles_a_secret_is_none(text):
    assert not is_secret(text)
