"""Headers of a subscriber's own: which may be given, and what of them is shown."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.endpoint_headers import (
    SHOWN_INSTEAD,
    shown,
    unhidden,
    wrong_name,
    wrong_together,
    wrong_value,
)
from partner_events.domain.errors import InvalidInput
from partner_events.domain.webhook import RESERVED_HEADERS, WebhookRequest
from partner_events.http.webhook_exchange import Exchange
from partner_events.http.webhook_target import Target

TARGET = Target(scheme="https", host="hooks.example", port=443, path="/")


@pytest.mark.parametrize(
    "name",
    [
        *sorted(RESERVED_HEADERS),
        "Host",
        "CONTENT-LENGTH",
        "content-type",
        "webhook-id",
        "Webhook-Signature",
        "webhook-anything",
        "Proxy-Authenticate",
    ],
)
def test_a_header_that_is_ours_may_not_be_given(name):
    assert wrong_name(name) == "is set by the sender and may not be given"


@pytest.mark.parametrize("name", ["", "X A", "X:A", "X-A\r\n", "X-Ä", "(X)", "X" * 129])
def test_what_is_no_name_may_not_be_given(name):
    assert wrong_name(name)


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "x_1", "Cookie", "X" * 128])
def test_any_other_name_may(name):
    assert wrong_name(name) is None


@pytest.mark.parametrize(
    "value", ["", " ", "a\n", "a\r\nX-B: 1", "a\x00", "\ta", "a ", "ä", "\x7f"]
)
def test_what_cannot_be_sent_as_it_is_may_not_be_a_value(value):
    assert wrong_value(value)


def test_the_limits_are_told():
    assert wrong_together({f"X-{n}": "1" for n in range(20)}) is None
    assert wrong_together({"X-A": "1" * 4093}) is None
    assert "20" in (wrong_together({f"X-{n}": "1" for n in range(21)}) or "")
    assert "4096" in (wrong_together({"X-A": "1" * 4094}) or "")
    assert "twice" in (wrong_together({"X-A": "1", "x-a": "1"}) or "")


@given(st.text(max_size=20), st.text(max_size=40))
def test_a_header_that_may_be_given_arrives_as_that_header_and_as_nothing_else(name, value):
    if wrong_name(name) or wrong_value(value):
        return
    request = WebhookRequest(url="https://hooks.example/", headers={name: value}, body=b"{}")
    receiver = h11.Connection(h11.SERVER)
    receiver.receive_data(Exchange(TARGET, request)._outgoing)
    arrived = receiver.next_event()

    assert isinstance(arrived, h11.Request)
    ours = {b"host", b"content-length", b"user-agent", b"accept-encoding", b"connection"}
    rest = [each for each in arrived.headers if each[0] not in ours]
    assert rest == [(name.lower().encode(), value.encode())]
    assert len(list(arrived.headers)) == len(ours) + 1


@pytest.mark.parametrize(
    "name", ["Authorization", "X-API-Key", "Cookie", "x-auth", "X-Access-Token", "My-Secret"]
)
def test_what_looks_like_a_credential_is_not_shown(name):
    assert shown({name: "sesame", "X-Env": "live"}) == {name: SHOWN_INSTEAD, "X-Env": "live"}


def test_what_was_hidden_can_be_sent_back_under_its_name_alone():
    before = {"Authorization": "sesame", "X-Old": "1"}

    assert unhidden({"authorization": SHOWN_INSTEAD, "X-New": "2"}, before) == {
        "authorization": "sesame",
        "X-New": "2",
    }
    with pytest.raises(InvalidInput, match="headers.Cookie"):
        unhidden({"Cookie": SHOWN_INSTEAD}, before)
