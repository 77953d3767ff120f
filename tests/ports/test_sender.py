"""WebhookSender: what it refuses, and that whatever comes of a request is in the answer."""

from datetime import timedelta

import pytest

from partner_events.domain.webhook import (
    ErrorClass,
    InvalidWebhookUrl,
    WebhookAnswer,
    WebhookRequest,
)
from partner_events.http.webhook_sender import HttpWebhookSender
from partner_events.ports import WebhookSender
from tests.fakes.sender import OK, ScriptedSender

PUBLIC = "https://8.8.8.8/hook"
PRIVATE = "https://127.0.0.1/hook"
DOWN = WebhookAnswer(duration=timedelta(), error=ErrorClass.CONNECT)
BLOCKED = WebhookAnswer(duration=timedelta(), error=ErrorClass.BLOCKED)


def a_request(url: str) -> WebhookRequest:
    return WebhookRequest(url=url, headers={}, body=b"{}")


@pytest.fixture(params=["scripted", "http"])
def sender(request: pytest.FixtureRequest) -> WebhookSender:
    if request.param == "scripted":
        return ScriptedSender({PRIVATE: lambda _: BLOCKED}, refused={PRIVATE})
    return HttpWebhookSender(allow_private=False)


def test_a_public_address_is_let_out(sender: WebhookSender) -> None:
    sender.check(PUBLIC)


def test_a_private_address_is_refused(sender: WebhookSender) -> None:
    with pytest.raises(InvalidWebhookUrl):
        sender.check(PRIVATE)


def test_a_request_that_is_not_let_out_has_an_answer_that_says_so(sender: WebhookSender) -> None:
    answer = sender.send(a_request(PRIVATE))

    assert (answer.succeeded, answer.error) == (False, ErrorClass.BLOCKED)


def test_a_script_is_followed_url_by_url_and_then_all_is_well() -> None:
    sender = ScriptedSender({"https://a.example": [DOWN, DOWN]})
    urls = ["https://a.example", "https://b.example", "https://a.example", "https://a.example"]
    answers = [sender.send(a_request(url)) for url in urls]

    assert answers == [DOWN, OK, DOWN, OK]
    assert [request.url for request in sender.requests] == urls
