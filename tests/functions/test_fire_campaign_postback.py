"""POST /api/event/{campaign_id}, from API Gateway's payload to the answer (contract 2)."""

import json

import pytest

from tests.functions.conftest import Stack, sample
from tests.functions.postbacks import (
    TRANSACTION,
    answered,
    lead,
    let_the_lock_lapse,
    locks,
    rows,
    set_up,
    triggers,
)

SUCCESS = (
    '{"status":"201","type":"success","message":"Event successfully fired",'
    '"missingFields":{},"invalidFields":%s}'
)


@pytest.fixture
def campaign(stack: Stack) -> Stack:
    set_up(stack)
    return stack


def fire(stack, body=..., **more):
    return stack.call("fire_campaign_postback", body=body, **more)


def said(event_id="quote_viewed", **more):
    usual = {"event_id": event_id, "transaction_id": TRANSACTION}
    return {name: value for name, value in (usual | more).items() if value is not ...}


def refusal(status, message, **fields):
    body = {"status": str(status), "type": "error", "message": message, **fields}
    return status, json.dumps(body, separators=(",", ":"))


def test_success_is_201_with_a_status_that_is_a_string_p_32_p_33_p_34(campaign):
    assert answered(fire(campaign)) == (201, SUCCESS % "{}")


@pytest.mark.parametrize(
    ("body", "message", "missing"),
    [
        ({}, "event_id is required", ["event_id", "transaction_id"]),
        (said(event_id=...), "event_id is required", ["event_id"]),
        (said(event_id=None), "event_id is required", ["event_id"]),
        (said(transaction_id=" "), "transaction_id is required", ["transaction_id"]),
    ],
)
def test_missing_fields_are_named_in_an_object_p_33_p_35_d_24(campaign, body, message, missing):
    fields = {field: f"{field} is required" for field in missing}
    expected = refusal(400, message, missingFields=fields, invalidFields={})

    assert answered(fire(campaign, body)) == expected


def test_an_id_of_a_wrong_type_is_an_invalid_field_d_24(campaign):
    reply = fire(campaign, said(event_id=5))

    assert (reply.status, reply.body["missingFields"]) == (400, {})
    assert list(reply.body["invalidFields"]) == ["event_id"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (said("nope"), 400, "Invalid event_id for this campaign"),
        (said(pid="nope"), 400, "Invalid pid for this campaign"),
        (said(pid="src_off"), 403, "Source Inactive"),
        (said(transaction_id="nope"), 400, "Lead not found for this transaction_id"),
    ],
)
def test_refusals_are_in_the_dialect_s_shape_p_35_d_20_d_21(campaign, body, status, message):
    assert answered(fire(campaign, body)) == refusal(status, message)
    assert (locks(), triggers()) == ([], {})


def test_an_unknown_campaign_is_refused_p_35_d_21(campaign):
    reply = fire(campaign, path={"campaign_id": "nobody_s"})

    assert answered(reply) == refusal(400, "Invalid cid")


@pytest.mark.parametrize(
    ("more", "field", "complaint"),
    [
        ({}, "amount", "is required for conversion events"),
        ({"amount": -1}, "amount", "must be a non-negative number"),
        ({"amount": "5"}, "amount", "must be a non-negative number"),
        ({"revenue": -1}, "revenue", "must be a non-negative number"),
    ],
)
def test_a_conversion_needs_an_amount_d_24_d_27(campaign, more, field, complaint):
    reply = fire(campaign, said("sale_completed", **more))
    blamed = reply.body["missingFields"] | reply.body["invalidFields"]

    assert (reply.status, reply.body["message"]) == (400, f"{field} {complaint}")
    assert blamed == {field: f"{field} {complaint}"}


@pytest.mark.parametrize("field", ["amount", "revenue"])
def test_revenue_is_an_alias_of_amount_d_24(campaign, field):
    assert fire(campaign, said("sale_completed", **{field: 0})).status == 201
    assert [each["revenue"] for each in lead(campaign)["conversions"]] == [0]


def test_lock_and_duplicate_are_those_of_the_other_route_p_25_p_28(campaign):
    first, retry = fire(campaign), fire(campaign)
    let_the_lock_lapse()
    later = fire(campaign)

    assert first.status == 201
    assert answered(retry) == refusal(403, "Event already in progress for this transaction_id")
    assert answered(later) == refusal(400, "Duplicate event for this transaction_id")


KNOWN = {
    "clid": "clid-1",
    **{f"{kind}{number}": f"{kind} {number}" for kind in ("sub", "adv") for number in range(1, 6)},
    "utm_source": "a",
    "utm_medium": "b",
    "utm_campaign": "c",
    "utm_adgroup": "d",
    "utm_matchtype": "e",
    "utm_term": "f",
    "utm_content": "g",
    "utm_creative": "h",
    "utm_placement": "i",
    "external_clickid": "x",
    "tcpa_consent_date": "2026-01-28",
    "tcpa_consent": 1,
    "adSpend": 1,
    "min_price": 0,
    "address": "1 Main St",
    "age": 42,
    "vip": True,
}


def test_every_optional_field_becomes_lead_data_p_37_p_39_p_40(campaign):
    reply = fire(campaign, said(**KNOWN))

    assert answered(reply) == (201, SUCCESS % "{}")
    assert lead(campaign)["fields"].items() >= KNOWN.items()
    assert lead(campaign)["fields"]["first_name"] == "Ada"
    assert triggers()["quote_viewed"]["fields"] == KNOWN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sub1", 5),
        ("utm_source", None),
        ("external_clickid", True),
        ("adSpend", "1"),
        ("min_price", True),
        ("tcpa_consent", 2),
        ("tcpa_consent", True),
        ("tcpa_consent_date", "28.01.2026"),
        ("tcpa_consent_date", "2026-02-30"),
        ("conversion_date", "2026-01-28T09:30:00"),
        ("conversion_date", "2026-02-30"),
        ("conversion_date", "2026-01-28 25:00:00"),
        ("conversion_timezone", "PDT"),
        ("conversion_timezone", "pst"),
        ("conversion_timezone", 8),
        ("cost", "5"),
        ("cost", -5),
        ("cost_operation", "divide"),
        ("address", {"street": "Main"}),
        ("tags", ["a"]),
        ("nothing", None),
        ("essay", "x" * 5000),
        ("", "no name"),
    ],
)
def test_a_bad_optional_field_is_named_and_not_stored_and_stops_nothing_d_24_p_39(
    campaign, field, value
):
    reply = fire(campaign, said(**{field: value}, good="yes"))

    assert (reply.status, reply.body["type"]) == (201, "success")
    assert list(reply.body["invalidFields"]) == [field]
    assert reply.body["invalidFields"][field].startswith(f"{field} ")
    assert lead(campaign)["fields"] == {"first_name": "Ada", "state": "CA", "good": "yes"}
    assert lead(campaign)["cost"] is None


@pytest.mark.parametrize(
    ("steps", "cost"),
    [
        ([("2.50", ...)], "2.50"),
        ([("2.50", "override"), ("3", "override")], "3"),
        ([("10.00", "add"), ("2.5", "add")], "12.50"),
        ([("10.00", "override"), ("2.5", "substract")], "7.50"),
        ([("10", "override"), ("4", "subtract")], "6"),
        ([("10", "override"), ("4", "divide")], "10"),
        ([("0.1", "add"), ("0.2", "add")], "0.3"),
    ],
)
def test_a_cost_is_added_subtracted_or_replaces_p_41_d_25(campaign, steps, cost):
    for amount, operation in steps:
        body = json.dumps(said("call_completed", cost_operation=operation))
        fire(campaign, body[:-1] + f',"cost":{amount}}}')
        let_the_lock_lapse()

    assert f'"cost":{cost},' in campaign.call("get_lead").text


@pytest.mark.parametrize(
    ("date", "zone", "at"),
    [
        ("2026-01-28", ..., "2026-01-28T00:00:00.000Z"),
        ("2026-01-28 09:30:00", ..., "2026-01-28T09:30:00.000Z"),
        ("2026-07-01 12:00:00", "PST", "2026-07-01T20:00:00.000Z"),
        ("2026-07-01 12:00:00", "EST", "2026-07-01T17:00:00.000Z"),
        ("2026-07-01 12:00:00", "CST", "2026-07-01T18:00:00.000Z"),
        ("2026-07-01 12:00:00", "MST", "2026-07-01T19:00:00.000Z"),
        ("2026-07-01 12:00:00", "AKST", "2026-07-01T21:00:00.000Z"),
        ("2026-07-01 12:00:00", "SST", "2026-07-01T23:00:00.000Z"),
        ("2026-07-01 12:00:00", "HST", "2026-07-01T22:00:00.000Z"),
        ("2026-07-01 12:00:00", "AST", "2026-07-01T16:00:00.000Z"),
    ],
)
def test_zones_are_standard_time_in_summer_too_p_38_d_25(campaign, date, zone, at):
    more = {"conversion_date": date, "conversion_timezone": zone}
    fire(campaign, said("sale_completed", amount=1, **more))
    (conversion,) = lead(campaign)["conversions"]
    created = triggers()["conversion.created"]

    assert conversion["converted_at"] == created["converted_at"] == at
    assert created["conversion_date"] == date
    assert created.get("conversion_timezone") == (None if zone is ... else zone)


def test_the_e_mail_of_the_lead_is_updated_p_40(campaign):
    fire(campaign, said(email="ada@lovelace.example"))

    assert lead(campaign)["email"] == "ada@lovelace.example"


def test_numbers_of_lead_data_keep_their_digits_d_2(campaign):
    fire(campaign, json.dumps(said())[:-1] + ',"score":1.50}')

    assert '"score":1.50' in campaign.call("get_lead").text


def test_a_lead_is_not_told_more_than_it_can_keep(campaign):
    reply = fire(campaign, said(**{f"field{number}": "x" * 4000 for number in range(30)}))

    assert reply.status == 400
    assert triggers() == {}


def test_the_path_names_the_campaign_and_a_cid_in_the_body_is_ignored_p_33(campaign):
    fire(campaign, said(cid="nobody_s"))

    assert "cid" not in lead(campaign)["fields"]
    assert triggers()["quote_viewed"]["cid"] == "cmp_9z8y7x6w"


def test_what_is_no_json_is_refused_in_the_dialect_d_4(campaign):
    reply = fire(campaign, "{")

    assert (reply.status, list(reply.body)) == (400, ["status", "type", "message"])


def test_a_failure_of_ours_is_500_in_the_same_shape_p_36(campaign, monkeypatch):
    monkeypatch.setattr(campaign.parts.campaigns, "setting", None)

    assert answered(fire(campaign)) == refusal(500, "Internal error, request request-1")


def test_any_page_may_read_the_answer_d_28(campaign):
    assert fire(campaign).headers["Access-Control-Allow-Origin"] == "*"


def test_the_same_idempotency_key_replays_the_first_answer_d_5(campaign):
    headers = {"idempotency-key": "sale-1"}
    first, again = fire(campaign, headers=headers), fire(campaign, headers=headers)

    assert answered(first) == answered(again)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert sum(row["sk"]["S"] == "TRIGGER" for row in rows("Triggers")) == 2


def test_a_workflow_may_refer_to_the_postback_s_data(campaign):
    step = {
        "id": "tell",
        "type": "webhook",
        "url": "http://127.0.0.1/",
        "body": "{{event.data.pid}}",
    }
    definition = json.loads(sample("api/put_workflow")["body"])
    changed = {**definition, "triggers": [{"event": "sale_completed"}], "steps": [step]}
    campaign.call("put_workflow", body=changed)
    fire(campaign)
    campaign.work("run_triggers", "TRIGGER")

    assert campaign.waiting("STEP") == 1
