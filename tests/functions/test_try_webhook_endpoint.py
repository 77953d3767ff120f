"""POST /webhooks/endpoints/{id}/test: try_webhook_endpoint sends as a delivery would."""

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook
from svix.webhooks import Webhook as SvixWebhook

from partner_events.domain.delivery import DeliveryStatus
from tests.http import evil_receiver as evil
from tests.http.evil_receiver import EvilReceiver

OK = b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\n\xffbad"


@pytest.fixture
def try_out(stack):
    """Subscribe a receiver of that behaviour, and try it out."""

    def try_out(behave, body=..., **settings):
        with EvilReceiver(behave) as receiver:
            url = f"http://localhost:{receiver.port}/hook"
            given = {"url": url, "event_types": ["never.heard"], **settings}
            made = stack.call("create_webhook_endpoint", body=given).body
            reply = stack.call("try_webhook_endpoint", path={"id": made["id"]}, body=body)
        return made, reply, receiver

    return try_out


def received(receiver):
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    pairs = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, value in pairs}, body


def test_a_test_is_answered_with_what_came_of_it_and_is_recorded_as_a_test(stack, try_out):
    _, reply, _ = try_out(evil.answers(OK))
    recorded = stack.parts.deliveries.get(reply.body["delivery_id"])

    assert reply.status == 200
    assert (reply.body["status"], reply.body["status_code"]) == ("delivered", 202)
    assert (reply.body["error"], reply.body["response_body"]) == (None, "hello")
    assert (recorded.test, recorded.status) == (True, DeliveryStatus.DELIVERED)
    assert [each.status_code for each in recorded.attempts] == [202]
    assert recorded.event == reply.body["event_id"]


def test_a_record_whose_answer_was_lost_is_a_record(stack, try_out, monkeypatch):
    """DynamoDB's client repeats the write, and finds its own."""
    save = stack.parts.deliveries.save

    def twice(delivery, **how):
        save(delivery, **how)
        save(delivery, **how)

    monkeypatch.setattr(stack.parts.deliveries, "save", twice)
    _, reply, receiver = try_out(evil.answers(OK))

    assert (reply.status, reply.body["status"]) == (200, "delivered")
    assert len(receiver.requests) == 1


def test_a_failed_test_says_why_and_is_never_tried_again(stack, try_out):
    _, reply, _ = try_out(evil.answers(BUSY))
    recorded = stack.parts.deliveries.get(reply.body["delivery_id"])

    assert reply.status == 200
    assert (reply.body["status"], reply.body["error"]) == ("failed", "http_5xx")
    assert reply.body["response_body"] == "\ufffdbad"
    assert (recorded.status, recorded.failure) == (DeliveryStatus.FAILED, "test")
    assert stack.waiting("RETRY") == stack.waiting("DELIVERY") == 0


def test_a_test_has_the_signature_and_headers_of_a_delivery(try_out):
    made, reply, receiver = try_out(evil.answers(OK), headers={"X-Env": "live"})
    headers, body = received(receiver)

    Webhook(made["secret"]).verify(body, headers)
    SvixWebhook(made["secret"]).verify(body, headers)
    assert headers["webhook-id"] == reply.body["delivery_id"]
    assert (headers["x-env"], headers["content-type"]) == ("live", "application/json")


def test_a_test_of_a_documented_type_sends_its_sample_to_the_digit_w_c4(try_out):
    _, reply, receiver = try_out(evil.answers(OK))
    _, body = received(receiver)

    assert reply.body["event_type"] == json.loads(body)["type"] == "invoice.created"
    assert b'"amount":99.00' in body


def test_a_test_has_the_format_of_the_endpoint_d_40(try_out):
    _, _, receiver = try_out(evil.answers(OK), format="company")
    sent = json.loads(received(receiver)[1])

    assert list(sent) == ["id", "type", "createdUtc", "companyId", "payload", "metadata"]
    assert sent["metadata"] == {"test": True}
    assert sent["payload"]["invoice_status"] == "Unpaid"


@pytest.mark.parametrize(
    ("body", "type"),
    [("", "endpoint.test"), ({}, "endpoint.test"), ({"event_type": " Any text! "}, "Any text!")],
)
def test_any_other_type_is_sent_without_data_and_marked_as_a_test(try_out, body, type):
    _, _, receiver = try_out(evil.answers(OK), body=body)
    sent = json.loads(received(receiver)[1])

    assert (sent["type"], sent["data"], sent["metadata"]) == (type, {}, {"test": True})
    assert datetime.fromisoformat(sent["timestamp"]) <= datetime.now(UTC)


def test_an_endpoint_can_be_tried_out_before_it_is_switched_on(try_out):
    assert try_out(evil.answers(OK), active=False)[1].body["status"] == "delivered"


def test_an_endpoints_own_timeout_ends_its_test(try_out):
    _, reply, _ = try_out(evil.reads_and_says_nothing, timeout_seconds=1)

    assert reply.body["error"] == "timeout"
    assert 1000 <= reply.body["duration_ms"] < 1500


def test_a_test_passes_the_guard_that_a_delivery_passes(stack, try_out, monkeypatch):
    """The test button is no way to read what is inside: contract 4(c)."""
    made, _, receiver = try_out(evil.answers(OK))
    monkeypatch.setenv("ALLOW_PRIVATE_TARGETS", "false")
    from partner_events import wiring

    wiring.parts.cache_clear()
    reply = stack.call("try_webhook_endpoint", path={"id": made["id"]})

    assert (reply.body["error"], reply.body["response_body"]) == ("blocked", "")
    assert len(receiver.requests) == 1


def test_a_type_that_no_event_can_have_is_refused(try_out):
    assert try_out(evil.answers(OK), body={"event_type": " "})[1].status == 400


def test_an_endpoint_that_is_not_there_is_404(stack):
    assert stack.call("try_webhook_endpoint").status == 404


def test_no_header_value_is_ever_logged(try_out, capsys, caplog):
    try_out(evil.answers(OK), headers={"Authorization": "Bearer sesame"})

    assert "sesame" not in capsys.readouterr().out + caplog.text
