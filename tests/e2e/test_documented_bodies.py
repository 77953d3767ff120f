"""The bodies that the source documents show, byte for byte, from the deployed stack."""

import pytest

from partner_events_tools.local.api import call
from partner_events_tools.polling import wait_for
from tests.e2e.partner import UUID, WITHIN

LEAD = "txn_7f3a2b1c-4d56-78ef-9012-abcdef123456"
CONTACT = "7c3e1a2b-4d5f-6789-bcde-f01234567890"
FIRED = (
    '{{"status":200,"message":"Event triggered successfully","data":{{"cid":"{cid}","pid":"{pid}",'
    f'"transaction_id":"{LEAD}",'
    '"conversion_id":"","conversion":false}}}}'
)


@pytest.fixture
def cid(partner):
    """A campaign with an event that may not repeat, an inactive source and a lead."""
    cid = partner.api.need("POST", "/campaigns", {"name": "Main"})["cid"]
    path = f"/campaigns/{cid}"
    partner.api.need("PUT", f"{path}/events/quote_viewed", {})
    partner.api.need("PUT", f"{path}/sources/src_off", {"status": "inactive"})
    partner.api.need("POST", "/leads", {"transaction_id": LEAD, "cid": cid})
    return cid


@pytest.fixture
def fire(partner, cid):
    """Posts back what is sent with what is usual; a field that is None is left out."""

    def fire(path="/api/event/trigger", **changes):
        body = {"cid": cid, "event_id": "quote_viewed", "transaction_id": LEAD, **changes}
        body = {name: value for name, value in body.items() if value is not None}
        reply = call("POST", f"{partner.api.url}{path}", body)
        return reply.status, reply.text

    return fire


def test_p12_p13_p15_what_is_no_conversion_has_an_empty_conversion_id(fire, cid):
    assert fire() == (200, FIRED.format(cid=cid, pid="organic"))


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"event_id": None}, 400, "event_id is required"),  # P-17
        ({"transaction_id": None}, 400, "transaction_id is required"),  # P-18
        ({"event_id": "unheard_of"}, 400, "Invalid event_id for this campaign"),  # P-19
        ({"pid": "src_off"}, 403, "Source Inactive"),  # P-21
    ],
)
def test_p16_to_p21_a_postback_is_refused_in_the_documented_words(fire, changes, status, message):
    assert fire(**changes) == (status, f'{{"status":{status},"message":"{message}"}}')


def test_p20_p28_a_repeat_is_locked_for_two_seconds_and_then_a_duplicate(fire):
    first, second = fire(), fire()
    later = wait_for(lambda: (reply := fire())[0] == 400 and reply, seconds=WITHIN)

    assert (first[0], second[0]) == (200, 403)
    assert later == (400, '{"status":400,"message":"Duplicate event for this transaction_id"}')


def test_p34_a_campaigns_own_route_answers_with_a_status_that_is_a_string(fire, cid):
    status, text = fire(f"/api/event/{cid}", cid=None)

    assert status == 201
    assert text.startswith('{"status":"201","type":"success","message":"')
    assert text.endswith('","missingFields":{},"invalidFields":{}}')


def test_p35_a_campaigns_own_route_refuses_with_its_own_body(fire, cid):
    status, text = fire(f"/api/event/{cid}", cid=None, event_id=None)

    assert status == 400
    assert text.startswith('{"status":"400","type":"error","message":"')


def test_e18_e19_a_partner_event_is_answered_with_its_id_and_queued(partner):
    body = {"email": "alex.johnson@example.com", "event_type": "loan.funded"}
    reply = partner.api.call("POST", "/partner/events", body)

    assert UUID.fullmatch(reply.json["id"])
    assert (reply.status, reply.text) == (201, f'{{"id":"{reply.json["id"]}","status":"queued"}}')


def test_d10_a_partner_event_without_a_good_key_is_refused_in_the_documented_body(stack):
    url = f"{stack.api_url}/api/v1/partner/events"
    reply = call("POST", url, {"contact_id": CONTACT, "event_type": "loan.funded"})

    assert (reply.status, reply.text) == (401, '{"error":"Invalid API key"}')


def test_s18_s37_an_unknown_trigger_is_404_in_the_documented_body(partner):
    reply = partner.api.call("GET", f"/triggers/{CONTACT}")

    assert reply.status == 404
    assert reply.text.startswith('{"statusCode":404,"message":"')
    assert reply.text.endswith('","error":"Not Found"}')
