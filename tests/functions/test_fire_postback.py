"""POST /api/event/trigger and /api/event/global/{org_id}, from payload to answer (contract 2)."""

import hmac
import json
import re
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from partner_events.domain.event import Event
from partner_events.domain.ids import TriggerId
from tests.functions.conftest import Stack, sample
from tests.functions.postbacks import (
    CID,
    TRANSACTION,
    answered,
    lead,
    let_the_lock_lapse,
    locks,
    rows,
    said,
    set_up,
    triggers,
)

SAMPLE = "api/fire_postback/quote_viewed"
CONVERSION_ID = re.compile(r"conv_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def campaign(stack: Stack) -> Stack:
    set_up(stack)
    return stack


def fire(stack, body=..., event=SAMPLE, **more):
    return stack.call("fire_postback", sample(event), body=body, **more)


def fire_globally(stack, body, org_id="1", **more):
    event = sample("api/fire_global_postback")
    return stack.call("fire_global_postback", event, body=body, path={"org_id": org_id}, **more)


def refusal(status, message):
    return status, f'{{"status":{status},"message":"{message}"}}'


def test_the_document_s_event_is_answered_to_the_letter(campaign):
    """P-1, P-2, P-4, P-5, P-6, P-7, P-8, P-12, P-13, P-15."""
    reply = fire(campaign)

    assert answered(reply) == (
        200,
        '{"status":200,"message":"Event triggered successfully","data":{"cid":"cmp_9z8y7x6w",'
        '"pid":"src_abc123","transaction_id":"txn_7f3a2b1c-4d56-78ef-9012-abcdef123456",'
        '"conversion_id":"","conversion":false}}',
    )


def test_the_document_s_conversion_is_answered_to_the_letter(campaign):
    """P-9, P-12, P-14."""
    reply = fire(campaign, event="api/fire_postback/sale_completed")
    id = reply.body["data"]["conversion_id"]

    assert CONVERSION_ID.fullmatch(id)
    assert answered(reply) == (
        200,
        '{"status":200,"message":"Event triggered successfully","data":{"cid":"cmp_9z8y7x6w",'
        '"pid":"src_abc123","transaction_id":"txn_7f3a2b1c-4d56-78ef-9012-abcdef123456",'
        f'"conversion_id":"{id}","conversion":true}}}}',
    )


@pytest.mark.parametrize("pid", [..., None, "", "organic"])
def test_without_a_source_it_is_organic_p_8_p_15_d_22(campaign, pid):
    assert fire(campaign, said(pid=pid)).body["data"]["pid"] == "organic"


REQUIRED = "revenue is required for conversion events"
NO_AMOUNT = "revenue must be a non-negative number"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "cid is required"),
        (said(cid=...), 400, "cid is required"),
        (said(cid=" "), 400, "cid is required"),
        (said(cid=None), 400, "cid is required"),
        (said(event_id=...), 400, "event_id is required"),
        (said(event_id="", transaction_id=""), 400, "event_id is required"),
        (said(transaction_id=...), 400, "transaction_id is required"),
        (said(cid="nobody_s", event_id=...), 400, "event_id is required"),
        (said(cid="nobody_s"), 400, "Invalid cid"),
        (said(cid="x" * 3000), 400, "Invalid cid"),
        (said("nope", pid="nope"), 400, "Invalid event_id for this campaign"),
        (said("x" * 3000), 400, "Invalid event_id for this campaign"),
        (said(pid="nope", transaction_id="nope"), 400, "Invalid pid for this campaign"),
        (said(pid="x" * 3000), 400, "Invalid pid for this campaign"),
        (said(pid=5), 400, "Invalid pid for this campaign"),
        (said(pid="src_off", transaction_id="nope"), 403, "Source Inactive"),
        (
            said("sale_completed", transaction_id="nope"),
            400,
            "Lead not found for this transaction_id",
        ),
        (said(transaction_id="x" * 3000), 400, "Lead not found for this transaction_id"),
        (said("sale_completed"), 400, REQUIRED),
        (said("sale_completed", revenue=None), 400, REQUIRED),
        (said("sale_completed", revenue=-0.01), 400, NO_AMOUNT),
        (said("sale_completed", revenue="45.00"), 400, NO_AMOUNT),
        (said("sale_completed", revenue=True), 400, NO_AMOUNT),
        (said("sale_completed", revenue=[1]), 400, NO_AMOUNT),
        (said("quote_viewed", revenue=-1), 400, NO_AMOUNT),
    ],
)
def test_refusals_are_in_the_document_s_words_and_order(campaign, body, status, message):
    """Nothing is locked, sent or recorded.

    P-10, P-16, P-17, P-18, P-19, P-21, P-22, P-23, P-24, D-20, D-21.
    """
    reply = fire(campaign, body)

    assert answered(reply) == refusal(status, message)
    assert locks() == []
    assert triggers() == {}
    assert campaign.waiting("TRIGGER") == 0


@pytest.mark.parametrize("field", ["cid", "event_id", "transaction_id"])
@pytest.mark.parametrize("value", [5, {}, ["x"], True])
def test_an_id_that_is_no_text_is_refused_with_its_name_p_10(campaign, field, value):
    reply = fire(campaign, said(**{field: value}))

    assert reply.status == 400
    assert reply.body["message"].startswith(field)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"cid":"a","cid":"b"}', '{"a":NaN}', '{"a":' * 33 + "1" + "}" * 33]
)
def test_what_is_not_one_good_json_object_is_refused_in_the_dialect_d_4(campaign, body):
    reply = fire(campaign, body)

    assert (reply.status, list(reply.body)) == (400, ["status", "message"])


def test_a_body_over_256_kb_is_too_large_d_4(campaign):
    assert fire(campaign, said(note="x" * 256 * 1024)).body["status"] == 413


def test_an_authorization_header_does_not_matter_p_2(campaign):
    headers = {"authorization": "Bearer nonsense", "x-api-key": "nonsense", "x-team-id": "?"}

    assert fire(campaign, headers=headers).status == 200


def test_an_inactive_campaign_takes_nothing_d_21(campaign):
    campaign.call("update_campaign")

    assert answered(fire(campaign, said("nope"))) == refusal(403, "Campaign Inactive")


def test_organic_can_be_switched_off_and_comes_back_d_22(campaign):
    path = {"cid": CID, "pid": "organic"}
    campaign.call("put_source", body={"status": "inactive"}, path=path)
    off = fire(campaign, said())
    campaign.call("delete_source", path=path)

    assert answered(off) == refusal(403, "Source Inactive")
    assert fire(campaign, said()).status == 200


def test_the_same_is_in_progress_for_two_seconds_and_then_a_duplicate(campaign):
    """P-20, P-25, P-28, P-29."""
    first, retry = fire(campaign), fire(campaign)
    let_the_lock_lapse()
    later = fire(campaign, said(pid="organic", revenue=5))

    assert first.status == 200
    assert answered(retry) == refusal(403, "Event already in progress for this transaction_id")
    assert answered(later) == refusal(400, "Duplicate event for this transaction_id")


def test_what_may_repeat_is_locked_and_then_fired_again_p_26_p_28_p_29(campaign):
    first, retry = fire(campaign, said("call_completed")), fire(campaign, said("call_completed"))
    let_the_lock_lapse()
    later = fire(campaign, said("call_completed"))

    assert [each.status for each in (first, retry, later)] == [200, 403, 200]


def test_an_event_that_is_let_repeat_is_fired_again_p_26(campaign):
    fire(campaign)
    let_the_lock_lapse()
    path = {"cid": CID, "event_id": "quote_viewed"}
    campaign.call("put_campaign_event", body={"isDuplicate": True}, path=path)

    assert fire(campaign).status == 200


def test_a_lead_of_another_campaign_is_not_found_p_4_d_21(campaign):
    campaign.call("create_campaign", body={"cid": "cmp_other", "name": "Other"})
    campaign.call("create_lead", body={"cid": "cmp_other", "transaction_id": "txn_2"})
    reply = fire(campaign, said(transaction_id="txn_2"))

    assert answered(reply) == refusal(400, "Lead not found for this transaction_id")


def test_another_event_or_another_lead_is_not_locked_p_27_p_31(campaign):
    campaign.call("create_lead", body={"cid": CID, "transaction_id": "txn_2"})
    bodies = [said(), said("call_completed"), said(transaction_id="txn_2")]

    assert [fire(campaign, body).status for body in bodies] == [200, 200, 200]


def test_a_refused_request_takes_no_lock_d_20(campaign):
    bodies = [said("sale_completed"), said("sale_completed", revenue=1)]

    assert [fire(campaign, body).status for body in bodies] == [400, 200]


def test_a_conversion_is_an_event_on_the_lead_and_tells_subscribers_all_of_it(campaign):
    """P-11, P-40, D-2, D-27."""
    reply = fire(campaign, event="api/fire_postback/sale_completed")
    id = reply.body["data"]["conversion_id"]
    (conversion,) = lead(campaign)["conversions"]
    data = {row["name"]["S"]: row["data"]["S"] for row in rows("Triggers") if "name" in row}

    assert set(data) == {"sale_completed", "conversion.created"}
    assert all('"revenue":45.00' in text for text in data.values())
    assert (
        json.loads(data["conversion.created"]).items()
        >= {
            "conversion_id": id,
            "cid": CID,
            "pid": "src_abc123",
            "transaction_id": TRANSACTION,
            "event_id": "sale_completed",
        }.items()
    )
    assert json.loads(data["conversion.created"])["lead"]["fields"]["first_name"] == "Ada"
    assert (conversion["conversion_id"], conversion["event_id"]) == (id, "sale_completed")
    assert campaign.waiting("TRIGGER") == 2


@pytest.mark.parametrize("revenue", ["0", "0.00", "45.00", "1E+3", "99999999999999999.99"])
def test_revenue_keeps_its_digits_everywhere_d_2_d_27(campaign, revenue):
    body = json.dumps(said("sale_completed"))[:-1] + f',"revenue":{revenue}}}'

    assert fire(campaign, body).status == 200
    assert f'"revenue":{revenue}' in campaign.call("get_lead").text
    for row in rows("Triggers"):
        assert "data" not in row or f'"revenue":{revenue},' in row["data"]["S"]


def test_revenue_of_what_is_no_conversion_is_recorded_and_pays_nothing_d_27(campaign):
    fire(campaign, said("quote_viewed", revenue=5))

    assert triggers()["quote_viewed"]["revenue"] == 5
    assert "conversion.created" not in triggers()
    assert lead(campaign)["conversions"] == []


def test_a_postback_reaches_the_log_like_any_event(campaign):
    fire(campaign, event="api/fire_postback/sale_completed")
    campaign.work("run_triggers", "TRIGGER")
    logged = {row["name"]["S"]: json.loads(row["body"]["S"]) for row in rows("Events")}

    assert set(logged) == {"sale_completed", "conversion.created"}
    assert logged["conversion.created"]["data"]["transaction_id"] == TRANSACTION


def test_a_workflow_on_a_postback_runs_for_the_contact_with_the_lead_s_e_mail_d_32(campaign):
    step = {"id": "tell", "type": "webhook", "url": "https://crm.example"}
    triggers = [{"event": "sale_completed"}, {"event": "conversion.created"}]
    workflow = {"schema": 1, "key": "w", "status": "active", "triggers": triggers, "steps": [step]}
    assert campaign.call("put_workflow", body=workflow, path={"key": "w"}).status == 201
    fire(campaign, event="api/fire_postback/sale_completed")
    campaign.work("run_triggers", "TRIGGER")
    (contact,) = campaign.call("list_contacts").body["contacts"]
    plans = [row["executions"]["L"] for row in rows("Triggers") if row["sk"]["S"] == "PLAN"]

    assert contact["email"] == lead(campaign)["email"] == "ada@example.com"
    assert [each["M"]["contact"]["S"] for plan in plans for each in plan] == [contact["id"]] * 2


@pytest.mark.parametrize("email", [None, "", "nobody", "a b@c.d", "x" * 251 + "@b.c"])
def test_a_lead_without_an_e_mail_that_can_be_one_leads_to_no_contact(campaign, email):
    path = {"transaction_id": TRANSACTION}
    assert campaign.call("update_lead", path=path, body={"email": email}).status == 200
    fire(campaign, event="api/fire_postback/sale_completed")
    campaign.work("run_triggers", "TRIGGER")

    assert campaign.call("list_contacts").body["contacts"] == []
    assert len(rows("Events")) == 2


def test_the_trigger_belongs_to_the_campaign_s_team(campaign):
    fire(campaign)
    (row,) = [row for row in rows("Triggers") if row["sk"]["S"] == "TRIGGER"]
    trigger = campaign.parts.triggers.get(TriggerId(row["pk"]["S"].removeprefix("TRIGGER#")))

    assert isinstance(trigger.event, Event)
    assert trigger.event.team == sample("api/list_workflows")["headers"]["x-team-id"]


# Idempotency-Key (D-5)


def test_the_same_key_replays_the_first_answer_d_5(campaign):
    body, headers = said("sale_completed", revenue=1), {"idempotency-key": "sale-1"}
    first, again = fire(campaign, body, headers=headers), fire(campaign, body, headers=headers)

    assert "Idempotency-Replayed" not in first.headers
    assert (answered(again), again.headers["Idempotency-Replayed"]) == (answered(first), "true")
    assert len(lead(campaign)["conversions"]) == 1


def test_the_same_key_with_another_body_is_a_conflict_d_5(campaign):
    headers = {"idempotency-key": "sale-1"}
    fire(campaign, said(), headers=headers)
    reply = fire(campaign, said("call_completed"), headers=headers)

    assert (reply.status, list(reply.body)) == (409, ["status", "message"])


def test_a_key_is_one_route_s_and_one_campaign_s_d_5(campaign):
    headers = {"idempotency-key": "key"}
    other = {"cid": "cmp_other", "name": "Other"}
    campaign.call("create_campaign", body=other)
    campaign.call("put_campaign_event", body={}, path={"cid": "cmp_other", "event_id": "seen"})
    campaign.call("create_lead", body={"cid": "cmp_other", "transaction_id": "txn_2"})
    first = fire(campaign, said(), headers=headers)
    second = fire(campaign, said("seen", cid="cmp_other", transaction_id="txn_2"), headers=headers)
    third = fire_globally(campaign, said("call_completed"), headers=headers)

    assert [each.status for each in (first, second, third)] == [200, 200, 200]


# Browsers (D-28)


@pytest.mark.parametrize("body", [said(), {}, said(cid="nope"), "{"])
def test_any_page_may_read_the_answer_p_3_d_28(campaign, body):
    headers = fire(campaign, body).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_preflight_lets_any_page_post_p_3_d_28(stack):
    reply = stack.call("answer_preflight")

    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in reply.headers


def test_other_routes_tell_browsers_nothing_d_28(campaign):
    assert "Access-Control-Allow-Origin" not in campaign.call("list_campaigns").headers


# Signatures and addresses (D-29)


def signed(body, secret, at):
    timestamp = str(int(at.timestamp()))
    content = f"{timestamp}.{body}".encode()
    digest = hmac.new(secret.encode(), content, sha256).hexdigest()
    return {"x-signature": f"t={timestamp},v1={digest}"}


@pytest.fixture
def secret(campaign):
    reply = campaign.call("update_campaign", body={"require_signature": True})
    return reply.body["signing_secret"]


def test_a_campaign_may_require_a_signature_d_29(campaign, secret):
    body = json.dumps(said())
    unsigned = fire(campaign, body)
    wrong = fire(campaign, body + " ", headers=signed(body, secret, datetime.now(UTC)))
    good = fire(campaign, body, headers=signed(body, secret, datetime.now(UTC)))

    assert answered(unsigned) == refusal(401, "Invalid X-Signature")
    assert (wrong.status, good.status) == (401, 200)


def test_the_signing_secret_is_sealed_and_shown_once_d_29(campaign, secret):
    again = campaign.call("update_campaign", body={"require_signature": True})

    assert "signing_secret" not in again.body
    assert campaign.call("get_campaign").body["require_signature"] is True
    assert secret not in campaign.call("get_campaign").text + str(rows("Directory"))


def test_switching_signatures_off_and_on_makes_a_new_secret_d_29(campaign, secret):
    campaign.call("update_campaign", body={"require_signature": False})
    unsigned = fire(campaign)
    renewed = campaign.call("update_campaign", body={"require_signature": True})

    assert unsigned.status == 200
    assert renewed.body["signing_secret"] != secret


@pytest.mark.parametrize(
    ("allowed", "status"),
    [([], 200), (["127.0.0.1"], 200), (["127.0.0.0/8", "::1"], 200), (["192.0.2.0/24"], 403)],
)
def test_a_campaign_may_name_the_addresses_that_it_takes_d_29(campaign, allowed, status):
    campaign.call("update_campaign", body={"allowed_addresses": allowed})

    assert fire(campaign).status == status


# Rates (D-7)


def test_a_campaign_s_own_limit_is_kept_d_7(campaign):
    campaign.call("update_campaign", body={"requests_per_minute": 2})
    replies = [fire(campaign, said(transaction_id="nope")) for _ in range(2 * 2 + 1)]
    last = replies[-1]

    assert 429 in [each.status for each in replies[2:]]
    assert last.status == 429
    assert list(last.body) == ["status", "message"]
    assert 1 <= int(last.headers["Retry-After"]) <= 60


def test_an_address_has_a_limit_before_anything_is_read_d_7(campaign, monkeypatch):
    from partner_events import wiring

    monkeypatch.setenv("POSTBACKS_PER_ADDRESS", "3")
    wiring.parts.cache_clear()
    replies = [fire(campaign, "{not json") for _ in range(7)]

    assert [each.status for each in replies[:3]] == [400] * 3
    assert replies[-1].status == 429


# Global (D-26)


def test_the_global_route_finds_the_campaign_by_the_lead_d_26(campaign):
    by_number = fire_globally(campaign, said("quote_viewed", cid=...))
    team = sample("api/list_workflows")["headers"]["x-team-id"]
    by_team = fire_globally(campaign, said("call_completed", cid=...), org_id=team)

    assert answered(by_number) == (
        200,
        '{"status":200,"message":"Event triggered successfully","data":{"cid":"cmp_9z8y7x6w",'
        '"pid":"organic","transaction_id":"txn_7f3a2b1c-4d56-78ef-9012-abcdef123456",'
        '"conversion_id":"","conversion":false}}',
    )
    assert by_team.status == 200


@pytest.mark.parametrize(
    ("body", "org_id", "message"),
    [
        (said(event_id=...), "1", "event_id is required"),
        (said(transaction_id=...), "1", "transaction_id is required"),
        (said(), "2", "Invalid org_id"),
        (said(), "9" * 40, "Invalid org_id"),
        (said(), "another-team", "Invalid org_id"),
        (said(transaction_id="nope"), "1", "Lead not found for this transaction_id"),
        (said("nope"), "1", "Invalid event_id for this campaign"),
        (said("sale_completed"), "1", REQUIRED),
    ],
)
def test_the_global_route_refuses_in_the_same_words_d_26(campaign, body, org_id, message):
    assert answered(fire_globally(campaign, body, org_id)) == refusal(400, message)


def test_both_routes_share_one_lock_and_one_firing_d_26(campaign):
    first = fire(campaign)
    second = fire_globally(campaign, said())
    let_the_lock_lapse()
    third = fire_globally(campaign, said())

    assert [each.status for each in (first, second, third)] == [200, 403, 400]


def test_an_unexpected_failure_is_500_in_the_dialect_p_22(campaign, monkeypatch):
    monkeypatch.setattr(campaign.parts.campaigns, "setting", None)
    reply = fire(campaign)

    assert reply.status == 500
    assert reply.body == {"status": 500, "message": "Internal error, request request-1"}
