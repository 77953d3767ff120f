"""Promoters and their promotions through the management API (contract 7, F-11..F-15)."""

import json

import pytest

from partner_events.domain.key import Scope
from tests.functions.conftest import Stack, add_key, sample
from tests.functions.postbacks import CID, rows
from tests.functions.test_campaigns import another_team_s_key


@pytest.fixture
def campaign(stack: Stack) -> Stack:
    stack.call("create_campaign")
    return stack


def sign_up(stack: Stack, email: str = "promoter@example.com", **more):
    return stack.call("create_promoter", body={"email": email, **more})


def put(stack: Stack, promoter: int, ref_id: str = "afpxunub", **more):
    path = {"cid": CID, "ref_id": ref_id}
    return stack.call("put_promotion", body={"promoter_id": promoter, **more}, path=path)


def one(stack: Stack, function: str, number: int, **more):
    return stack.call(function, path={"id": str(number)}, **more)


def told(name: str):
    return [
        json.loads(row["data"]["S"])
        for row in rows("Triggers")
        if row["sk"]["S"] == "TRIGGER" and row["name"]["S"] == name
    ]


def test_a_promoter_is_signed_up_shown_listed_and_changed(stack):
    created = stack.call("create_promoter")
    number = created.body["id"]
    shown, listed = one(stack, "get_promoter", number), stack.call("list_promoters")
    changed = one(stack, "update_promoter", number)

    assert created.status == 201
    assert isinstance(number, int)
    assert created.body["profile"] == json.loads(sample("api/create_promoter")["body"])["profile"]
    assert (created.body["earnings_balance"], created.body["promotions"]) == ({}, [])
    assert shown.text == created.text
    assert listed.body == {"promoters": [shown.body], "next_cursor": None, "has_more": False}
    assert (changed.status, changed.body["status"]) == (200, "blocked")
    assert changed.body["profile"] == created.body["profile"]


def test_a_new_promoter_is_pending_and_gets_a_ref_id(stack):
    body = sign_up(stack).body

    assert body["status"] == "pending"
    assert len(body["default_ref_id"]) == 8


def test_subscribers_are_told_of_a_promoter_with_a_password_f_13_f_14_f_15_w_15(campaign):
    created = sign_up(
        campaign, "New@Example.com", default_ref_id="cx2mn", promotions=[{"cid": CID}]
    )
    (signed_up,) = told("promoter_signed_up")
    (affiliate,) = told("affiliate.created")
    promoter, (promotion,) = signed_up["promoter"], signed_up["promotions"]

    assert created.body["promotions"][0]["id"] == promotion["id"]
    assert len(promoter["temp_password"]) >= 12
    assert (promoter["earnings_balance"], promoter["paid_balance"]) == (None, None)
    assert promotion["referral_link"] == "https://quotes.example.com/auto?_get=cx2mn"
    assert affiliate["employee_id"] == promoter["id"] == created.body["id"]
    assert campaign.waiting("TRIGGER") == 2


def test_nobody_but_subscribers_ever_sees_the_password_d_43_f_c4(stack):
    created = sign_up(stack)
    (signed_up,) = told("promoter_signed_up")
    password = signed_up["promoter"]["temp_password"]
    stack.work("run_triggers", "TRIGGER")
    trigger = next(
        row["pk"]["S"].removeprefix("TRIGGER#")
        for row in rows("Triggers")
        if row.get("name", {}).get("S") == "promoter_signed_up"
    )
    answers = [
        created,
        one(stack, "get_promoter", created.body["id"]),
        stack.call("list_promoters"),
        stack.call("get_trigger", path={"id": trigger}),
        *(
            stack.call("get_event", path={"id": trigger}, query={"format": format})
            for format in ("company", "standard", "promoter")
        ),
    ]

    assert [each.status for each in answers] == [201, *[200] * 6]
    assert not [each.text for each in answers if password in each.text]
    assert '"temp_password":"[redacted]"' in answers[-1].text


def test_an_e_mail_is_one_promoter_s_in_a_team_d_3(stack):
    first = sign_up(stack, "Ada@Example.com")
    second = sign_up(stack, "ada@example.com ")
    other = stack.call("create_promoter", headers=another_team_s_key(stack))
    moved = one(stack, "update_promoter", first.body["id"], body={"email": "new@example.com"})
    again = sign_up(stack, "ada@example.com")
    back = one(stack, "update_promoter", again.body["id"], body={"email": "NEW@example.com"})

    assert [each.status for each in (first, second, other)] == [201, 409, 201]
    assert [each.status for each in (moved, again, back)] == [200, 201, 409]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"status": "retired"}, "status"),
        ({"default_ref_id": "a b"}, "default_ref_id"),
        ({"profile": {"a": {}}}, "profile"),
        ({"promotions": [{"cid": "cmp_nobody_s"}]}, "promotions.0.cid"),
        ({"promotions": [{"cid": "cmp_1", "ref_id": "#"}]}, "promotions.0.ref_id"),
    ],
)
def test_a_bad_promoter_is_refused_with_the_field_named_d_6(stack, change, field):
    reply = stack.call("create_promoter", body={"email": "a@example.com"} | change)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]
    assert stack.call("list_promoters").body["promoters"] == []


def test_a_ref_id_that_is_taken_signs_nobody_up(campaign):
    sign_up(campaign, promotions=[{"cid": CID, "ref_id": "mine"}])
    late = sign_up(campaign, "late@example.com", promotions=[{"cid": CID, "ref_id": "mine"}])

    assert (late.status, late.body["message"]) == (409, "The ref_id mine is taken in this campaign")
    assert len(campaign.call("list_promoters").body["promoters"]) == 1


def test_what_is_null_in_a_profile_is_forgotten(stack):
    number = sign_up(stack, profile={"first_name": "Jane", "country": "US"}).body["id"]
    body = {"profile": {"country": None, "last_name": "Smith"}, "cust_id": "cus_1"}
    changed = one(stack, "update_promoter", number, body=body).body

    assert changed["profile"] == {"first_name": "Jane", "last_name": "Smith"}
    assert changed["cust_id"] == "cus_1"


def test_a_promotion_is_put_shown_and_switched_off_f_10(campaign):
    number = sign_up(campaign).body["id"]
    made = put(campaign, number)
    shown = campaign.call("get_promotion", path={"cid": CID, "ref_id": "afpxunub"})
    off = put(campaign, number, status="offer_inactive")

    assert (made.status, off.status) == (201, 200)
    assert shown.text == made.text
    assert made.body["referral_link"] == "https://quotes.example.com/auto?_get=afpxunub"
    assert off.body == made.body | {"status": "offer_inactive"}
    assert one(campaign, "get_promoter", number).body["promotions"] == [off.body]


def test_a_promotion_stays_with_its_promoter(campaign):
    first, second = sign_up(campaign).body["id"], sign_up(campaign, "b@example.com").body["id"]
    put(campaign, first)

    assert put(campaign, second).status == 409
    assert put(campaign, 999).status == 400
    assert put(campaign, first, ref_id="other", status="off").status == 400
    assert put(campaign, first, ref_id="a b").status == 400


def test_another_team_s_promoters_and_promotions_are_not_found(campaign):
    number = sign_up(campaign).body["id"]
    put(campaign, number)
    headers = another_team_s_key(campaign)
    path = {"cid": CID, "ref_id": "afpxunub"}

    assert one(campaign, "get_promoter", number, headers=headers).status == 404
    assert one(campaign, "update_promoter", number, headers=headers).status == 404
    assert campaign.call("get_promotion", path=path, headers=headers).status == 404
    assert campaign.call("put_promotion", path=path, headers=headers).status == 404
    assert campaign.call("list_promoters", headers=headers).body["promoters"] == []
    assert campaign.call("get_promoter", path={"id": "x"}).status == 404
    assert campaign.call("get_promotion", path=path | {"ref_id": "x"}).status == 404


def test_reading_and_writing_need_their_scopes_d_8(campaign):
    team = campaign.parts.teams.get(sample("api/list_workflows")["headers"]["x-team-id"])
    headers = {"x-api-key": add_key(campaign.parts, team, None, [Scope.EVENTS_WRITE])}
    path = {"cid": CID, "ref_id": "afpxunub"}

    for function in ("create_promoter", "list_promoters", "get_promoter", "update_promoter"):
        assert campaign.call(function, headers=headers).status == 403
    for function in ("put_promotion", "get_promotion"):
        assert campaign.call(function, headers=headers, path=path).status == 403
