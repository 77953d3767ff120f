"""Campaigns, their events, sources and leads through the management API (contract 7)."""

import json
from uuid import UUID

import pytest

from partner_events.domain.key import Scope
from tests.functions.conftest import Stack, add_key, sample
from tests.functions.postbacks import CID, TRANSACTION

EVENT = {"cid": CID, "event_id": "sale_completed"}
SOURCE = {"cid": CID, "pid": "src_abc123"}


@pytest.fixture
def campaign(stack: Stack) -> Stack:
    stack.call("create_campaign")
    return stack


def another_team_s_key(stack: Stack) -> dict[str, str]:
    from partner_events.domain.ids import TeamId
    from partner_events.domain.team import Plan
    from partner_events.usecases.make_team import make_team
    from tests.functions.conftest import NOW

    team = make_team(
        id=TeamId("globex"),
        name="Globex",
        plan=Plan.STARTER,
        own_requests_per_hour=None,
        now=NOW,
        teams=stack.parts.teams,
    )
    return {"x-api-key": add_key(stack.parts, team, None, list(Scope)), "x-team-id": "globex"}


def test_a_campaign_is_created_shown_listed_and_changed(stack):
    created = stack.call("create_campaign")
    shown, listed = stack.call("get_campaign"), stack.call("list_campaigns")
    changed = stack.call("update_campaign")

    assert (created.status, created.body["cid"], created.body["status"]) == (201, CID, "active")
    assert isinstance(created.body["id"], int)
    assert created.body["reward"] == json.loads(sample("api/create_campaign")["body"])["reward"]
    assert shown.text == created.text
    assert listed.body == {"campaigns": [shown.body], "next_cursor": None, "has_more": False}
    assert (changed.status, changed.body["status"]) == (200, "inactive")
    assert changed.body["name"] == created.body["name"]


def test_a_campaign_s_id_is_made_if_none_is_brought(stack):
    first = stack.call("create_campaign", body={"name": "One"}).body
    second = stack.call("create_campaign", body={"name": "Two"}).body

    assert first["cid"].startswith("cmp_")
    assert first["cid"] != second["cid"]
    assert first["id"] != second["id"]


def test_a_cid_belongs_to_one_campaign_of_all_teams(campaign):
    headers = another_team_s_key(campaign)

    assert campaign.call("create_campaign").status == 409
    assert campaign.call("create_campaign", headers=headers).status == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"cid": "trigger"}, "cid"),
        ({"cid": "Global"}, "cid"),
        ({"cid": "a#b"}, "cid"),
        ({"cid": "x" * 65}, "cid"),
        ({"status": "asleep"}, "status"),
        ({"landing_url": "ftp://x"}, "landing_url"),
        ({"reward": {"unit": "gold"}}, "reward.unit"),
        ({"reward": {"amount": -1}}, "reward.amount"),
        ({"allowed_addresses": ["nowhere"]}, "allowed_addresses.0"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"require_signature": "yes"}, "require_signature"),
    ],
)
def test_a_bad_campaign_is_refused_with_the_field_named_d_6_d_22(stack, change, field):
    reply = stack.call("create_campaign", body={"name": "One"} | change)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]


def test_a_reward_keeps_its_digits_d_2(stack):
    body = '{"cid":"cmp_1","name":"One","reward":{"unit":"cash","amount":9.90}}'
    stack.call("create_campaign", body=body)

    assert '"amount":9.90' in stack.call("get_campaign", path={"cid": "cmp_1"}).text


def test_null_takes_a_setting_back(campaign):
    reply = campaign.call("update_campaign", body={"landing_url": None, "reward": None})

    assert (reply.body["landing_url"], reply.body["reward"]) == (None, None)
    assert campaign.call("update_campaign", body={"name": None}).status == 400


def test_an_event_is_put_shown_and_deleted(campaign):
    put = [campaign.call("put_campaign_event", path=EVENT) for _ in range(2)]
    shown = campaign.call("get_campaign_event", path=EVENT)
    deleted = [campaign.call("delete_campaign_event", path=EVENT) for _ in range(2)]

    assert [each.status for each in put] == [201, 200]
    assert shown.body == {
        "event_id": "sale_completed",
        "name": "Sale completed",
        "conversion": True,
        "isDuplicate": False,
    }
    assert [each.status for each in deleted] == [204, 204]
    assert campaign.call("get_campaign_event", path=EVENT).status == 404


def test_an_event_is_no_conversion_and_does_not_repeat_unless_it_says_so_p_26(campaign):
    reply = campaign.call("put_campaign_event", body={}, path=EVENT)

    assert (reply.body["conversion"], reply.body["isDuplicate"]) == (False, False)


def test_an_event_s_id_must_be_one_that_subscribers_can_name(campaign):
    path = {**EVENT, "event_id": "a b"}

    assert campaign.call("put_campaign_event", path=path).status == 400
    assert campaign.call("put_campaign_event", body={"event_id": "other"}, path=EVENT).status == 400


def test_a_source_is_put_shown_and_deleted(campaign):
    put = [campaign.call("put_source", path=SOURCE) for _ in range(2)]
    shown = campaign.call("get_source", path=SOURCE)
    deleted = [campaign.call("delete_source", path=SOURCE) for _ in range(2)]

    assert [each.status for each in put] == [201, 200]
    assert shown.body == {
        "pid": "src_abc123",
        "name": "Partner site",
        "status": "active",
        "promoter_id": None,
    }
    assert [each.status for each in deleted] == [204, 204]
    assert campaign.call("get_source", path=SOURCE).status == 404
    assert campaign.call("put_source", path={**SOURCE, "pid": "a b"}).status == 400
    assert campaign.call("put_source", body={"pid": "other"}, path=SOURCE).status == 400


def test_organic_is_always_there_d_22(campaign):
    path = {"cid": CID, "pid": "organic"}
    campaign.call("delete_source", path=path)

    assert campaign.call("get_source", path=path).body["status"] == "active"


def test_what_belongs_to_another_team_is_not_there(campaign):
    campaign.call("create_lead")
    headers = another_team_s_key(campaign)
    calls = {
        "get_campaign": {"cid": CID},
        "update_campaign": {"cid": CID},
        "put_campaign_event": EVENT,
        "get_campaign_event": EVENT,
        "delete_campaign_event": EVENT,
        "put_source": SOURCE,
        "get_source": SOURCE,
        "delete_source": SOURCE,
        "get_lead": {"transaction_id": TRANSACTION},
        "update_lead": {"transaction_id": TRANSACTION},
    }
    found = {name: campaign.call(name, path=path, headers=headers) for name, path in calls.items()}

    assert {name: reply.status for name, reply in found.items()} == dict.fromkeys(calls, 404)
    assert campaign.call("list_campaigns", headers=headers).body["campaigns"] == []
    assert campaign.call("list_leads", headers=headers).body["leads"] == []
    assert campaign.call("create_lead", headers=headers).status == 400


# Leads


def test_a_lead_is_created_shown_listed_and_changed_p_4(campaign):
    created = campaign.call("create_lead")
    shown, listed = campaign.call("get_lead"), campaign.call("list_leads")
    changed = campaign.call("update_lead")

    assert created.status == 201
    assert (
        created.body.items()
        >= {
            "transaction_id": TRANSACTION,
            "cid": CID,
            "pid": "src_abc123",
            "email": "ada@example.com",
            "state": "signup",
            "cost": None,
            "conversions": [],
        }.items()
    )
    assert shown.text == created.text
    assert listed.body == {"leads": [shown.body], "next_cursor": None, "has_more": False}
    assert (changed.status, changed.body["state"]) == (200, "active")
    assert changed.body["fields"] == {
        "first_name": "Ada",
        "state": "CA",
        "last_name": "Lovelace",
    }
    assert changed.body["email"] == "ada@example.com"


def test_a_lead_s_transaction_id_is_made_if_none_is_brought(campaign):
    created = campaign.call("create_lead", body={"cid": CID})

    assert UUID(created.body["transaction_id"].removeprefix("txn_"))
    assert created.body["pid"] == "organic"
    assert created.status == 201


def test_a_transaction_id_is_the_only_one_of_its_team(campaign):
    assert [campaign.call("create_lead").status for _ in range(2)] == [201, 409]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cid": None}, "cid"),
        ({"transaction_id": " "}, "transaction_id"),
        ({"transaction_id": "x" * 201}, "transaction_id"),
        ({"state": "asleep"}, "state"),
        ({"cost": -1}, "cost"),
        ({"fields": {"a": {"b": 1}}}, "fields"),
        ({"fields": []}, "fields"),
    ],
)
def test_a_bad_lead_is_refused_with_the_field_named_d_6(campaign, change, field):
    reply = campaign.call("create_lead", body={"cid": CID} | change)

    assert reply.status == 400
    assert [each["field"] for each in reply.body["details"]] == [field]


def test_a_lead_needs_a_campaign_of_its_team(stack):
    assert stack.call("create_lead").status == 400


def test_a_field_that_is_null_is_forgotten(campaign):
    campaign.call("create_lead")
    changed = campaign.call("update_lead", body={"fields": {"state": None}, "email": None})

    assert changed.body["fields"] == {"first_name": "Ada"}
    assert changed.body["email"] is None


def test_a_cost_keeps_its_digits_d_2(campaign):
    campaign.call("create_lead")
    campaign.call("update_lead", body='{"cost":2.50}')

    assert '"cost":2.50' in campaign.call("get_lead").text


def test_lists_are_read_page_by_page(campaign):
    for number in range(5):
        body = {"cid": CID, "transaction_id": f"txn_{number}"}
        campaign.call("create_lead", body=body)
    first = campaign.call("list_leads", query={"limit": "3"})
    cursor = first.body["next_cursor"]
    rest = campaign.call("list_leads", query={"limit": "3", "cursor": cursor})
    found = [each["transaction_id"] for each in first.body["leads"] + rest.body["leads"]]

    assert found == [f"txn_{number}" for number in range(5)]
    assert (first.body["has_more"], rest.body["has_more"]) == (True, False)
    assert campaign.call("list_leads", query={"cursor": "?"}).status == 400
