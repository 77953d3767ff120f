"""X-Signature: who may sign, over what, and how old a signature may be (D-29)."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from partner_events.domain.postback_signature import TOLERANCE, is_signed, new_secret, sign_postback

NOW = datetime(2026, 1, 28, 10, tzinfo=UTC)
SECRET = new_secret(lambda count: b"s" * count)
BODY = b'{"event_id":"sale"}'
SECOND = timedelta(seconds=1)


def signature(body=BODY, secret=SECRET, at=NOW):
    return sign_postback(body, secret=secret, at=at)


def test_the_scheme_is_a_hex_hmac_of_timestamp_dot_body_d_29():
    digest = hmac.new(SECRET.encode(), b"1769594400." + BODY, sha256).hexdigest()

    assert signature() == f"t=1769594400,v1={digest}"
    assert is_signed(BODY, signature(), secret=SECRET, now=NOW)


@pytest.mark.parametrize("age", [TOLERANCE, -TOLERANCE, timedelta()])
def test_a_signature_holds_for_five_minutes_either_way_d_29(age):
    assert is_signed(BODY, signature(at=NOW - age), secret=SECRET, now=NOW)


@pytest.mark.parametrize("age", [TOLERANCE + SECOND, -TOLERANCE - SECOND])
def test_an_old_or_future_signature_does_not_d_29(age):
    assert not is_signed(BODY, signature(at=NOW - age), secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "v1=abc",
        "t=1769594400",
        "t=1769594400,v1=",
        "t=1769594400,v1=ü",
        "t=x,v1=abc",
        "t=1769594400,t=1769594400," + signature().partition(",")[2],
        signature(BODY + b" "),
        signature(secret="another"),
        signature().replace("v1", "v0"),
    ],
)
def test_anything_else_is_no_signature_d_29(header):
    assert not is_signed(BODY, header, secret=SECRET, now=NOW)


def test_one_good_signature_of_several_is_enough_d_29():
    header = f"{signature()},v1={'0' * 64}"

    assert is_signed(BODY, header, secret=SECRET, now=NOW)
