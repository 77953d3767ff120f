"""Events of a type with a schema must fit it, whichever intake they come by (D-42).

Routes: send_partner_event, fire_postback, fire_campaign_postback.
"""

import json
from typing import Any

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.jsontext import loads
from tests.documents import COMPANY, PROMOTER, as_read, part
from tests.functions.conftest import Reply, Stack, sample
from tests.functions.postbacks import CID, TRANSACTION, locks, set_up, triggers

SAMPLES = {name: json.loads(part(name, "data")) for name in PROMOTER} | {
    name: json.loads(part(name, "payload")) for name in COMPANY
}
LOAN = {"type": "object", "required": ["loan"], "properties": {"loan": {"type": "string"}}}
SALE = {"type": "object", "required": ["revenue"], "properties": {"revenue": {"minimum": 10}}}


def send(stack: Stack, event_type: str, metadata: Any = None) -> Reply:
    body = {"email": "a@b.c", "event_type": event_type, "metadata": metadata}
    return stack.call("send_partner_event", sample("api/send_partner_event/by_email"), body=body)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_partner_event_of_a_built_in_type_is_told_in_the_documented_shape_d_42_w_7_f_8(
    stack: Stack, name: str
) -> None:
    reply = send(stack, name, SAMPLES[name])
    stack.work("run_triggers", "TRIGGER")
    logged = stack.call("get_event", path={"id": reply.body["id"]}).body

    assert reply.status == 201
    assert logged["payload"] == json.loads(as_read(json.dumps(SAMPLES[name])))


def test_a_partner_event_whose_metadata_does_not_fit_is_refused_and_makes_no_contact_d_42_d_10(
    stack: Stack,
) -> None:
    reply = send(stack, "payment.succeeded", {**SAMPLES["payment.succeeded"], "payment_id": "1"})

    assert reply.status == 400
    assert reply.body == {
        "error": "metadata.payment_id must be integer",
        "fields": {"metadata.payment_id": "must be integer"},
    }
    assert send(stack, "payment.succeeded").status == 400
    assert stack.call("list_contacts").body["contacts"] == []
    assert stack.waiting("TRIGGER") == 0


def test_the_schema_of_a_type_of_one_s_own_is_what_the_metadata_must_fit_d_42(stack: Stack) -> None:
    stack.call("create_event_type", body={"name": "loan.funded", "schema": LOAN})
    taken = send(stack, "loan.funded", {"loan": "LN-1"})
    event = stack.parts.triggers.get(TriggerId(taken.body["id"])).event

    assert send(stack, "loan.funded", {"loan": 1}).body["error"] == "metadata.loan must be string"
    assert taken.status == 201
    assert (event.data, loads(event.metadata)) == ("{}", {"loan": "LN-1"})


@pytest.mark.parametrize("event_type", ["loan.funded", "Anything at all, even ünusual!"])
def test_a_type_that_nobody_registered_may_say_anything_d_12(stack: Stack, event_type: str) -> None:
    assert send(stack, event_type, {"loan": 1}).status == 201


@pytest.fixture
def campaign(stack: Stack) -> Stack:
    set_up(stack)
    path = {"cid": CID, "event_id": "payment.succeeded"}
    assert stack.call("put_campaign_event", body={}, path=path).status == 201
    return stack


def postback(stack: Stack, event_id: str, **more: Any) -> Reply:
    body = {"cid": CID, "event_id": event_id, "transaction_id": TRANSACTION, **more}
    return stack.call("fire_postback", sample("api/fire_postback/quote_viewed"), body=body)


def test_a_postback_of_a_built_in_type_cannot_fit_it_and_is_refused_d_42(campaign: Stack) -> None:
    reply = postback(campaign, "payment.succeeded")

    assert (reply.status, reply.body) == (
        400,
        {"status": 400, "message": "data.payment_id is required"},
    )
    assert (locks(), triggers(), campaign.waiting("TRIGGER")) == ([], {}, 0)


def test_a_postback_s_data_must_fit_the_schema_of_its_type_d_42(campaign: Stack) -> None:
    campaign.call("create_event_type", body={"name": "sale_completed", "schema": SALE})
    small = postback(campaign, "sale_completed", revenue=9)

    assert (small.status, small.body["message"]) == (400, "data.revenue must be at least 10")
    assert locks() == []
    assert postback(campaign, "sale_completed", revenue=10).status == 200


def test_a_campaign_postback_that_does_not_fit_names_the_field_in_its_own_shape_d_42_d_24(
    campaign: Stack,
) -> None:
    schema = {"properties": {"fields": {"required": ["clid"]}}, "required": ["revenue", "fields"]}
    campaign.call("create_event_type", body={"name": "quote_viewed", "schema": schema})
    body = {"event_id": "quote_viewed", "transaction_id": TRANSACTION, "sub1": "a"}
    refused = campaign.call("fire_campaign_postback", body=body)
    taken = campaign.call("fire_campaign_postback", body={**body, "clid": "c", "amount": 1})

    assert refused.status == 400
    assert refused.body == {
        "status": "400",
        "type": "error",
        "message": "data.revenue is required",
        "missingFields": {
            "data.revenue": "data.revenue is required",
            "data.fields.clid": "data.fields.clid is required",
        },
        "invalidFields": {},
    }
    assert taken.status == 201
