"""Each line of the contracts for webhooks, asked of what a subscriber is told.

That the bytes are the documents' own is for `test_formats`; here is what each line says of them.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from partner_events.domain.endpoint import Format
from partner_events.domain.timestamps import parse_timestamp
from partner_events.jsontext import loads
from tests.documents import COMPANY, PROMOTER, document, part
from tests.usecases.test_formats import asked, send, told, world_of

type Line = Callable[[Any], bool]

MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def heard(name: str) -> Any:
    """Send a document's sample as an event; return what its webhook tells, money as `Decimal`."""
    whole, promoter = json.loads(document(name)), name in PROMOTER
    head = whole["event"] if promoter else whole
    at = parse_timestamp(head["created_at" if promoter else "createdUtc"])
    world = world_of(Format.PROMOTER if promoter else Format.COMPANY, number=head["id"], at=at)
    metadata = part(name, "metadata") if "metadata" in whole else None
    send(world, asked(name, part(name, "data" if promoter else "payload"), metadata))
    (body,) = told(world)
    return loads(body)


def has(*keys: str) -> Callable[[Any], bool]:
    """Exactly these keys, in this order."""
    return lambda said: list(said) == keys_of(keys)


def keys_of(keys: tuple[str, ...]) -> list[str]:
    return [key for each in keys for key in each.split()]


def matches(pattern: re.Pattern[str], *values: str) -> bool:
    return all(pattern.fullmatch(value) for value in values)


def is_cents(value: Any) -> bool:
    return all(type(each) is int for each in value.values())


def instants(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for inner in value.values() for each in instants(inner)]
    return [value] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) else []


EVERY_PROMOTER: dict[str, Line] = {
    "F-2": has("event data"),
    "F-3": lambda said: type(said["event"]["id"]) is int,
    "F-4": lambda said: bool(re.fullmatch("[a-z_]+", said["event"]["type"])),
    "F-5": lambda said: matches(MILLISECONDS, said["event"]["created_at"]),
    "F-6": lambda said: isinstance(said["data"], dict),
    "F-8": lambda said: said["event"]["type"] in PROMOTER,
}
EVERY_COMPANY: dict[str, Line] = {
    "W-1": lambda said: list(said)[:5] == keys_of(("id type createdUtc companyId payload",)),
    "W-2": lambda said: (
        type(said["id"]) is type(said["companyId"]) is int
        and matches(WHOLE_SECONDS, said["createdUtc"])
    ),
    "W-3": lambda said: all(re.fullmatch("[a-z_]+", key) for key in said["payload"]),
    "W-4": lambda said: ("metadata" in said) == (said["type"] == "client.created"),
    "W-5": lambda said: matches(WHOLE_SECONDS, *instants(said)),
    "W-7": lambda said: said["type"] in COMPANY,
}
PROMOTER_LINES: list[tuple[str, str, Line]] = [
    (
        "F-9",
        "lead_signup",
        lambda data: (
            has(
                "id state email uid customer_since cancelled_at plan_name suspicion created_at",
                "promotion promoter",
            )(data)
            and data["uid"] == ""
            and [data[key] for key in ("customer_since", "cancelled_at", "plan_name")] == [None] * 3
            and (data["state"], data["suspicion"]) == ("signup", "no_suspicion")
        ),
    ),
    (
        "F-10",
        "lead_signup",
        lambda data: (
            has("id status ref_id campaign_id campaign_name referral_link current_referral_reward")(
                data["promotion"]
            )
            and has("id amount type unit name per_of_sale")(
                data["promotion"]["current_referral_reward"]
            )
            and data["promotion"]["referral_link"].endswith(f"?_get={data['promotion']['ref_id']}")
        ),
    ),
    (
        "F-11",
        "lead_signup",
        lambda data: (
            has(
                "id status email default_ref_id earnings_balance current_balance",
                "paid_balance profile",
            )(data["promoter"])
            and has("first_name last_name country")(data["promoter"]["profile"])
        ),
    ),
    (
        "F-12",
        "lead_signup",
        lambda data: (
            data["promoter"]["earnings_balance"]["cash"]
            == data["promoter"]["current_balance"]["cash"]
            + data["promoter"]["paid_balance"]["cash"]
            and is_cents(data["promoter"]["earnings_balance"])
        ),
    ),
    (
        "F-13",
        "promoter_signed_up",
        lambda data: has("promoter promotions")(data) and isinstance(data["promotions"], list),
    ),
    (
        "F-14",
        "promoter_signed_up",
        lambda data: (
            has(
                "id status email created_at temp_password default_ref_id",
                "earnings_balance current_balance paid_balance profile",
            )(data["promoter"])
            and (data["promoter"]["status"], data["promoter"]["temp_password"])
            == ("pending", "XPQ-rT")
            and [data["promoter"][f"{each}_balance"] for each in ("earnings", "current", "paid")]
            == [None] * 3
            and has("first_name last_name website company_name country")(
                data["promoter"]["profile"]
            )
        ),
    ),
    (
        "F-15",
        "promoter_signed_up",
        lambda data: has("id status ref_id campaign_id campaign_name referral_link")(
            data["promotions"][0]
        ),
    ),
    (
        "F-16",
        "reward_created",
        lambda data: (
            has(
                "id status amount unit created_at conversion_amount tier_level",
                "lead promoter promotion",
            )(data)
            and has("id state email customer_since")(data["lead"])
            and has("id status email earnings_balance current_balance")(data["promoter"])
            and has("id campaign_id campaign_name referral_link")(data["promotion"])
        ),
    ),
    (
        "F-17",
        "reward_created",
        lambda data: (data["amount"], data["conversion_amount"]) == (200, 10000),
    ),
    (
        "F-18",
        "fulfilment_pending",
        lambda data: (
            has("id status amount unit created_at has_issues reward promoter campaign")(data)
            and data["has_issues"] is False
            and has("id type unit name")(data["reward"])
            and has("id status email current_balance")(data["promoter"])
            and has("id name landing_url")(data["campaign"])
        ),
    ),
    (
        "F-19",
        "fulfilment_pending",
        lambda data: (
            data["promoter"]["current_balance"] == {"free_months": 3}
            and is_cents(data["promoter"]["current_balance"])
        ),
    ),
]
COMPANY_LINES: list[tuple[str, str, str]] = [
    (
        "W-8",
        "client.created",
        "client_id first_name last_name email phone status status_id employee_id employee_name"
        " affiliate_id created_date",
    ),
    (
        "W-9",
        "client.status_changed",
        "client_id previous_status new_status changed_date changed_by_employee_id status_note",
    ),
    (
        "W-10",
        "lead.created",
        "client_id first_name last_name email phone status status_id source created_date",
    ),
    (
        "W-11",
        "payment.succeeded",
        "payment_id invoice_id client_id payment_amount payment_method date_paid transaction_id",
    ),
    (
        "W-12",
        "payment.failed",
        "payment_id invoice_id client_id amount_attempted failure_reason payment_method"
        " attempted_date",
    ),
    (
        "W-13",
        "invoice.created",
        "invoice_id client_id amount due_date description invoice_status created_date",
    ),
    (
        "W-14",
        "invoice.status_changed",
        "invoice_id previous_status new_status total_paid balance payment_date",
    ),
    (
        "W-15",
        "affiliate.created",
        "employee_id full_name email phone affiliate_code is_approved_affiliate created_date",
    ),
    ("W-16", "document.uploaded", "client_doc_id client_id doc_name doc_type_name created_date"),
    (
        "W-17",
        "agreement.signed",
        "agreement_signed_id client_id signed_date name_signed agreement_name",
    ),
]


@pytest.mark.parametrize("name", PROMOTER)
@pytest.mark.parametrize("line", EVERY_PROMOTER)
def test_a_promoter_envelope_is_as_each_line_says(line, name):
    assert EVERY_PROMOTER[line](heard(name))


@pytest.mark.parametrize("name", COMPANY)
@pytest.mark.parametrize("line", EVERY_COMPANY)
def test_a_company_envelope_is_as_each_line_says(line, name):
    assert EVERY_COMPANY[line](heard(name))


@pytest.mark.parametrize(("line", "name", "holds"), PROMOTER_LINES)
def test_a_promoter_event_is_as_its_line_says(line, name, holds):
    assert holds(heard(name)["data"]), line


@pytest.mark.parametrize(("line", "name", "keys"), COMPANY_LINES)
def test_a_company_event_has_the_fields_of_its_line_in_its_order(line, name, keys):
    payload = heard(name)["payload"]

    assert has(keys)(payload), line
    ids = [value for key, value in payload.items() if key.endswith("_id") and value is not None]
    assert all(type(each) is int for each in ids if each != "ch_3AbCdEfGhIjK")


@pytest.mark.parametrize(
    ("name", "field", "amount"),
    [
        ("payment.succeeded", "payment_amount", "99.00"),
        ("payment.failed", "amount_attempted", "149.00"),
        ("invoice.created", "amount", "99.00"),
        ("invoice.status_changed", "total_paid", "99.00"),
        ("invoice.status_changed", "balance", "0.00"),
    ],
)
def test_money_has_two_decimals_and_is_no_binary_float_w_11_w_12_w_13_w_14_w_c4(
    name, field, amount
):
    said = heard(name)["payload"][field]

    assert (type(said), str(said)) == (Decimal, amount)


def test_a_day_is_a_day_and_an_optional_field_is_null_w_6_w_13_w_14_w_c1():
    assert matches(DAY, heard("invoice.created")["payload"]["due_date"])
    assert matches(DAY, heard("invoice.status_changed")["payload"]["payment_date"])
    assert heard("client.created")["payload"]["affiliate_id"] is None
    assert heard("client.created")["metadata"] == {"source": "web_portal", "user_id": 7}
