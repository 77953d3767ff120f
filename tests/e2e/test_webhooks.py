"""What a subscriber receives: signed as published, every digit kept, tried again."""

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from svix.webhooks import Webhook as SvixVerifier

from partner_events_tools.local.webhooks import local_secret


@pytest.fixture
def partner(new_partner):
    partner = new_partner()
    partner.registers("purchase_completed")
    partner.subscribes()
    return partner


def verified(partner, webhook, secret: str = "") -> dict:
    """Check a webhook as a receiver would, with both of the published libraries."""
    secret = secret or local_secret(partner.path())
    SvixVerifier(secret).verify(webhook.body, dict(webhook.headers))
    return Verifier(secret).verify(webhook.body, dict(webhook.headers))


def test_d40_an_event_arrives_signed_in_the_standard_envelope(partner):
    trigger = partner.sends("purchase_completed", event_data={"order": "ORD-1"})
    (webhook,) = partner.webhooks()
    shown = partner.finished(trigger)

    assert verified(partner, webhook) == {
        "type": "purchase_completed",
        "timestamp": shown["created_at"],
        "data": {"order": "ORD-1"},
    }
    assert webhook.headers["content-type"] == "application/json"


def test_d2_money_keeps_its_digits_from_the_wire_in_to_the_wire_out(partner):
    numbers = '{"amount":99.00,"rate":1E-7,"big":12345678901234567890.10}'
    partner.api.send(f'{{"event_name":"purchase_completed","event_data":{numbers}}}')
    (webhook,) = partner.webhooks()

    assert webhook.body.endswith(f'"data":{numbers}}}'.encode())


def test_variables_are_for_workflows_alone_and_never_reach_a_subscriber(partner):
    partner.sends("purchase_completed", variables={"reset_code": "ABC123"})
    (webhook,) = partner.webhooks()

    assert b"ABC123" not in webhook.body
    assert json.loads(webhook.body)["data"] == {}


def test_d41_a_second_attempt_comes_after_5_s_with_the_same_id_and_a_new_signature(partner):
    partner.receiver.fail_first(partner.path(), share=1, status=500)
    partner.sends("purchase_completed")
    first, second = partner.webhooks(count=2)

    assert (first.answered, second.answered) == (500, 200)
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert verified(partner, first) == verified(partner, second)
    assert timedelta(seconds=4) <= second.at - first.at  # 5 s ± 20 %, and what the queue takes


def test_only_what_was_subscribed_to_arrives(partner):
    partner.registers("order.paid", "order.sent", "orderly")
    partner.subscribes("orders", to="order.*")
    for name in ("orderly", "order.paid", "order.sent"):
        partner.sends(name)
    names = {json.loads(webhook.body)["type"] for webhook in partner.webhooks("orders", count=2)}
    everything = partner.webhooks(count=3)

    assert names == {"order.paid", "order.sent"}
    assert len(everything) == 3


def test_while_a_secret_is_rotated_either_verifies_and_once_it_is_revoked_only_the_new(partner):
    (endpoint,) = partner.api.all("/webhooks/endpoints", "endpoints")
    path = f"/webhooks/endpoints/{endpoint['id']}/rotate-secret"
    old, new = (local_secret(partner.path(name)) for name in ("all", "new"))
    partner.api.need("POST", path, {"secret": new})
    partner.sends("purchase_completed")
    (both,) = partner.webhooks()
    partner.api.need("POST", path, {"secret": new, "old_secret_expires_in_seconds": 0})
    partner.sends("purchase_completed")
    _, only = partner.webhooks(count=2)

    assert verified(partner, both, old) == verified(partner, both, new)
    assert verified(partner, only, new)["type"] == "purchase_completed"
    for package in (Verifier, SvixVerifier):
        with pytest.raises(WebhookVerificationError):
            package(old).verify(only.body, dict(only.headers))
