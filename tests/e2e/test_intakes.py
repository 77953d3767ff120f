"""Every intake and its directory on the deployed stack, whose roles are enforced."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from partner_events_tools.local.api import call
from partner_events_tools.polling import wait_for
from tests.e2e.partner import UUID, WITHIN

LEAD = "txn_7f3a2b1c-4d56-78ef-9012-abcdef123456"


def fire(partner, path="/api/event/trigger", **body):
    """Post back without a key, as a landing page does."""
    return call("POST", f"{partner.api.url}{path}", {"transaction_id": LEAD, **body})


@pytest.fixture
def campaign(partner):
    """A campaign with a conversion, an event that may not repeat, a source and a lead."""
    cid = partner.api.need("POST", "/campaigns", {"name": "Main"})["cid"]
    path = f"/campaigns/{cid}"
    for event_id, conversion in {"sale_completed": True, "quote_viewed": False}.items():
        body = {"name": event_id, "conversion": conversion}
        partner.api.need("PUT", f"{path}/events/{event_id}", body)
    partner.api.need("PUT", f"{path}/sources/src_abc123", {"name": "Ads", "status": "active"})
    lead = {"transaction_id": LEAD, "cid": cid, "email": "ada@example.com"}
    partner.api.need("POST", "/leads", lead)
    return cid


def test_e18_e19_d12_an_event_by_e_mail_makes_its_contact_and_is_told_with_its_metadata(partner):
    partner.subscribes(to="loan.funded")
    body = '{"email":"Ada@Example.com","event_type":"loan.funded","metadata":{"fee":99.00}}'
    reply = partner.api.call("POST", "/partner/events", body)
    (contact,) = partner.api.need("GET", "/contacts?email=ada@example.com")["contacts"]
    (webhook,) = partner.webhooks()

    assert (reply.status, reply.json["status"]) == (201, "queued")
    assert UUID.fullmatch(reply.json["id"])
    assert contact["email"] == "Ada@Example.com"
    assert b'"metadata":{"fee":99.00}' in webhook.body


def test_e10_d10_an_unknown_contact_is_404_in_the_words_of_partner_events(partner):
    id = "7c3e1a2b-4d5f-6789-bcde-f01234567890"
    reply = partner.api.call("POST", "/partner/events", {"contact_id": id, "event_type": "x"})

    assert (reply.status, reply.text) == (404, '{"error":"Contact not found"}')


def test_d15_contacts_are_created_upserted_changed_and_deleted(partner):
    api = partner.api
    made = api.need("POST", "/contacts", {"email": "a@b.example", "tags": ["new_users"]})
    path = f"/contacts/{made['id']}"
    upserted = api.need("POST", "/partner/contacts", {"email": "A@b.example", "name": "Ada"})
    changed = api.need("PATCH", path, {"custom_fields": {"plan": "pro"}})

    assert api.call("POST", "/contacts", {"email": "A@B.example"}).status == 409
    assert upserted["id"] == made["id"]
    assert (changed["name"], changed["custom_fields"]) == ("Ada", {"plan": "pro"})
    assert [api.call("DELETE", path).status for _ in range(2)] == [204, 204]
    assert api.call("GET", path).status == 404


def test_d45_the_log_is_read_on_from_a_cursor_without_gap_or_repeat(partner):
    partner.registers("user_signup")
    sent = [partner.sends("user_signup", event_data={"n": n}) for n in range(3)]

    def read():
        events, path = [], "/events?limit=2"
        while True:
            page = partner.api.need("GET", path)
            events += page["events"]
            if not page["has_more"]:
                return events if len(events) == len(sent) else []
            path = f"/events?limit=2&cursor={page['next_cursor']}"

    found = wait_for(read, seconds=WITHIN)

    assert sorted(event["payload"]["n"] for event in found) == [0, 1, 2]
    assert {event["type"] for event in found} == {"user_signup"}


def test_p12_p14_a_conversion_is_answered_as_documented_and_told_once(partner, campaign):
    partner.subscribes(to="conversion.created")
    body = {"cid": campaign, "event_id": "sale_completed", "pid": "src_abc123"}
    raw = json.dumps({**body, "transaction_id": LEAD})[:-1] + ',"revenue":45.00}'
    reply = call("POST", f"{partner.api.url}/api/event/trigger", raw)
    conversion = reply.json["data"]["conversion_id"]
    (webhook,) = partner.webhooks()
    lead = partner.api.need("GET", f"/leads/{LEAD}")

    assert (reply.status, reply.text) == (
        200,
        f'{{"status":200,"message":"Event triggered successfully","data":{{"cid":"{campaign}",'
        f'"pid":"src_abc123","transaction_id":"{LEAD}","conversion_id":"{conversion}",'
        '"conversion":true}}',
    )
    assert conversion.encode() in webhook.body
    assert b"45.00" in webhook.body
    assert [each["conversion_id"] for each in lead["conversions"]] == [conversion]


def test_p34_d24_a_campaign_s_own_route_stores_the_lead_s_fields(partner, campaign):
    path = f"/api/event/{campaign}"
    reply = fire(partner, path, event_id="quote_viewed", first_name="Ada", cost=2.5, sub1=7)
    lead = partner.api.need("GET", f"/leads/{LEAD}")

    assert (reply.status, reply.json["status"], reply.json["type"]) == (201, "201", "success")
    assert list(reply.json["invalidFields"]) == ["sub1"]
    assert lead["fields"]["first_name"] == "Ada"


def test_d26_the_global_route_finds_campaign_and_lead_by_the_transaction(partner, campaign):
    reply = fire(partner, f"/api/event/global/{partner.api.team}", event_id="quote_viewed")

    assert (reply.status, reply.json["data"]["cid"]) == (200, campaign)


@pytest.mark.parametrize("route", ["trigger", "cmp_1", "global/org_1"])
def test_p3_d28_a_browser_that_asks_first_may_post_from_any_page(stack, route):
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    reply = call("OPTIONS", f"{stack.api_url}/api/event/{route}", headers=asked)

    assert (reply.status, reply.text) == (204, "")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in reply.headers


def test_d28_no_other_route_answers_a_browser_that_asks_first(stack):
    assert call("OPTIONS", f"{stack.api_url}/api/v1/events/send").status == 404


def test_d34_a_scheduled_event_can_be_cancelled_and_never_happens(partner):
    partner.registers("user_signup")
    partner.subscribes()
    at = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    trigger = partner.sends("user_signup", trigger_at=at)
    cancelled = partner.api.need("POST", f"/triggers/{trigger}/cancel")
    listed = partner.api.need("GET", "/triggers?status=cancelled")["triggers"]

    assert cancelled["status"] == "cancelled"
    assert [each["id"] for each in listed] == [trigger]


def test_an_event_run_in_its_request_is_answered_with_all_that_came_of_it(partner):
    """S-39, S-41, D-36."""
    partner.registers("user_signup")
    partner.subscribes()
    reply = partner.api.call("POST", "/events/trigger", {"event_name": "user_signup"})
    (delivery,) = reply.json["deliveries"]

    assert reply.status == 200
    assert reply.json["trigger"]["status"] == "completed"
    assert delivery["status"] == "delivered"
    assert len(partner.webhooks()) == 1


def test_s40_a_workflow_is_run_for_one_contact(partner):
    partner.api.need("POST", "/contacts", {"external_id": "user_1", "email": "a@b.example"})
    step = {"id": "tell", "type": "webhook", "endpoint": partner.subscribes(to="workflow.told")}
    partner.api.need(
        "PUT",
        "/workflows/direct",
        {
            "schema": 1,
            "key": "direct",
            "status": "active",
            "triggers": [{"event": "never_sent"}],
            "steps": [{**step, "body": {"who": "{{contact.external_id}}", "code": "{{code}}"}}],
        },
    )
    body = {"workflow_id": "direct", "recipient_type": "contact", "contact_external_id": "user_1"}
    partner.api.need("POST", "/workflows/trigger", {**body, "variables": {"code": "X1"}})
    (webhook,) = partner.webhooks()

    assert json.loads(webhook.body)["data"] == {"who": "user_1", "code": "X1"}


def test_d8_a_key_made_over_http_works_and_is_listed_without_its_secret(partner):
    made = partner.api.need("POST", "/api-keys", {"name": "second", "scopes": ["events:read"]})
    listed = partner.api.call("GET", "/api-keys")
    team = partner.api.call("GET", "/team", headers={"X-API-Key": made["key"]})
    refused = partner.api.call("POST", "/event-types", {"name": "x"}, {"X-API-Key": made["key"]})

    assert made["key"] not in listed.text
    assert team.json["id"] == partner.api.team
    assert (refused.status, "directory:write" in refused.text) == (403, True)
    assert partner.api.call("DELETE", f"/api-keys/{made['id']}").status == 204


def test_d42_a_built_in_type_needs_no_registration_but_data_that_fits(partner):
    bad = partner.api.send({"event_name": "client.created", "event_data": {"first_name": "A"}})
    good = {"client_id": 1, "first_name": "A", "last_name": "B", "email": "a@b.example"}
    good |= {"created_date": "2026-01-28T10:30:00Z"}

    assert (bad.status, "client_id" in bad.json["message"]) == (400, True)
    assert partner.api.send({"event_name": "client.created", "event_data": good}).status == 201
