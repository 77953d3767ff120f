"""From a postback to a reward, and from there to money: handlers and the worker run_payouts."""

import json
from datetime import timedelta

import pytest

from partner_events.domain.key import Scope
from partner_events.domain.timestamps import milliseconds, parse_timestamp
from partner_events.domain.webhook import WebhookAnswer
from tests.fakes.sender import ScriptedSender
from tests.functions.conftest import CONTEXT, Stack, add_key, sample
from tests.functions.postbacks import CID, TRANSACTION, rows, said, set_up
from tests.functions.test_campaigns import another_team_s_key
from tests.functions.test_promoters import one, put, sign_up, told


@pytest.fixture
def ready(stack: Stack) -> Stack:
    set_up(stack)
    return stack


def offer(stack: Stack, **reward) -> None:
    reply = stack.call("update_campaign", body={"reward": reward}, path={"cid": CID})
    assert reply.status == 200, reply.text


def promoted(stack: Stack, ref_id: str = "afpxunub", **reward) -> int:
    """Give the sample's lead to a promoter whose campaign pays; return the promoter's id."""
    offer(stack, **{"unit": "cash", "per_of_sale": 20, **reward})
    number = sign_up(stack, status="active").body["id"]
    put(stack, number, ref_id)
    path = {"transaction_id": TRANSACTION}
    assert stack.call("update_lead", body={"ref_id": ref_id}, path=path).status == 200
    return number


def convert(stack: Stack, revenue: str = "49.99") -> None:
    body = json.dumps(said("sale_completed", revenue=...))[:-1] + f',"revenue":{revenue}}}'
    reply = stack.call("fire_postback", sample("api/fire_postback/sale_completed"), body=body)
    assert reply.status == 200, reply.text
    stack.work("run_payouts", "PAYOUT")


def rewards(stack: Stack, **query):
    return stack.call("list_rewards", query=query).body["rewards"]


def balances(stack: Stack, number: int):
    body = one(stack, "get_promoter", number).body
    return [body[f"{name}_balance"] for name in ("earnings", "current", "paid")]


def test_a_conversion_books_one_reward_d_27_f_16(ready):
    promoter = promoted(ready)
    convert(ready)
    (reward,) = rewards(ready)
    (event,) = told("reward_created")

    assert (reward["status"], reward["amount"], reward["unit"]) == ("pending", 1000, "cash")
    assert (reward["conversion_amount"], reward["tier_level"]) == (4999, 1)
    assert reward["lead"]["state"] == "active"
    assert reward["lead"]["customer_since"]
    assert reward["promoter"]["id"] == promoter
    assert reward["event_id"].startswith("conv_")
    assert event == reward
    assert balances(ready, promoter) == [{}, {}, {}]


def test_a_reward_is_approved_paid_and_each_again_without_more_money_f_12(ready):
    promoter = promoted(ready)
    convert(ready)
    number = rewards(ready)[0]["id"]
    seen = []
    for function in ("approve_reward", "approve_reward", "pay_reward", "pay_reward"):
        reply = one(ready, function, number)
        seen.append((reply.status, reply.body["status"], balances(ready, promoter)))

    earned, paid = [{"cash": 1000}] * 2, [{"cash": 1000}, {"cash": 0}, {"cash": 1000}]
    assert seen[:2] == [(200, "approved", [*earned, {}])] * 2
    assert seen[2:] == [(200, "paid", paid)] * 2
    assert one(ready, "approve_reward", number).status == 409
    assert one(ready, "deny_reward", number).status == 409


def test_a_denied_reward_earns_nothing_and_stays_denied(ready):
    promoter = promoted(ready)
    convert(ready)
    number = rewards(ready)[0]["id"]
    replies = [one(ready, "deny_reward", number) for _ in range(2)]

    assert [(each.status, each.body["status"]) for each in replies] == [(200, "denied")] * 2
    assert one(ready, "approve_reward", number).status == 409
    assert one(ready, "pay_reward", number).status == 409
    assert balances(ready, promoter) == [{}, {}, {}]


def test_a_pending_reward_cannot_be_paid(ready):
    promoted(ready)
    convert(ready)
    reply = one(ready, "pay_reward", rewards(ready)[0]["id"])

    assert (reply.status, reply.body["message"]) == (409, "The reward is pending")


def test_an_automatic_approval_is_in_the_balances_at_once_f_16(ready):
    promoter = promoted(ready, auto_approve=True)
    convert(ready)
    (event,) = told("reward_created")

    assert event["status"] == "approved"
    assert event["promoter"]["current_balance"] == {"cash": 1000}
    assert balances(ready, promoter) == [{"cash": 1000}, {"cash": 1000}, {}]


def test_what_is_no_cash_waits_to_be_handed_over_f_18(ready):
    promoter = promoted(ready, unit="free_months", per_of_sale=0, amount=3, auto_approve=True)
    convert(ready)
    (fulfilment,) = ready.call("list_fulfilments").body["fulfilments"]
    (event,) = told("fulfilment_pending")
    done = [one(ready, "fulfil_fulfilment", fulfilment["id"]) for _ in range(2)]

    assert event == fulfilment
    assert (event["status"], event["amount"], event["unit"]) == ("pending", 3, "free_months")
    assert event["promoter"]["current_balance"] == {"free_months": 3}
    assert event["campaign"]["landing_url"] == "https://quotes.example.com/auto"
    assert [(each.status, each.body["status"]) for each in done] == [(200, "fulfilled")] * 2
    assert balances(ready, promoter)[0] == {"free_months": 3}


def test_an_approval_by_hand_tells_of_what_is_to_be_handed_over(ready):
    promoted(ready, unit="points", per_of_sale=0, amount=50)
    convert(ready)
    before = told("fulfilment_pending")
    for _ in range(2):
        one(ready, "approve_reward", rewards(ready)[0]["id"])

    assert before == []
    assert [each["amount"] for each in told("fulfilment_pending")] == [50]
    assert len(ready.call("list_fulfilments").body["fulfilments"]) == 1


def test_a_source_s_promoter_is_paid_for_its_leads(ready):
    offer(ready, unit="cash", amount=5)
    number = sign_up(ready).body["id"]
    path = {"cid": CID, "pid": "src_abc123"}
    ready.call("put_source", body={"promoter_id": number}, path=path)
    convert(ready)

    assert [(each["amount"], each["promotion"]) for each in rewards(ready)] == [(500, None)]


def test_tiers_pay_more_from_the_nth_conversion_on(ready):
    promoted(ready, tiers=[{"from": 2, "per_of_sale": 30}])
    ready.call(
        "put_campaign_event",
        body={"conversion": True, "isDuplicate": True},
        path={"cid": CID, "event_id": "sale_completed"},
    )
    convert(ready)
    second = "txn_2"
    body = {"transaction_id": second, "cid": CID, "ref_id": "afpxunub"}
    assert ready.call("create_lead", body=body).status == 201
    sale = said("sale_completed", transaction_id=second, revenue=100)
    ready.call("fire_postback", sample("api/fire_postback/sale_completed"), body=sale)
    ready.work("run_payouts", "PAYOUT")

    assert [(each["tier_level"], each["amount"]) for each in rewards(ready)] == [
        (1, 1000),
        (2, 3000),
    ]


@pytest.mark.parametrize("why", ["blocked", "inactive", "no offer", "nothing"])
def test_nothing_is_booked_where_nothing_is_earned(ready, why):
    promoter = promoted(ready)
    if why == "blocked":
        one(ready, "update_promoter", promoter, body={"status": "blocked"})
    elif why == "inactive":
        put(ready, promoter, status="offer_inactive")
    elif why == "no offer":
        ready.call("update_campaign", body={"reward": None}, path={"cid": CID})
    convert(ready, "0" if why == "nothing" else "45")

    assert rewards(ready) == []
    assert told("reward_created") == []


def test_a_blocked_promoter_s_reward_is_not_approved(ready):
    promoter = promoted(ready)
    convert(ready)
    one(ready, "update_promoter", promoter, body={"status": "blocked"})
    number = rewards(ready)[0]["id"]

    assert one(ready, "approve_reward", number).status == 409
    assert one(ready, "deny_reward", number).status == 200


def test_rewards_are_filtered_by_promoter_and_status(ready):
    promoter = promoted(ready)
    convert(ready)

    assert len(rewards(ready, promoter=str(promoter), status="pending")) == 1
    assert rewards(ready, status="paid") == rewards(ready, promoter="999") == []
    assert ready.call("list_rewards", query={"status": "gone"}).status == 400
    assert ready.call("list_rewards", query={"promoter": "x"}).status == 400


def test_a_lead_of_a_promoter_is_told_as_a_signup_f_9_f_10_f_11(ready):
    promoter = promoted(ready)
    body = {"transaction_id": "txn_9", "cid": CID, "ref_id": "afpxunub", "email": "c@example.com"}
    ready.call("create_lead", body=body)
    ready.call("create_lead", body={"transaction_id": "txn_10", "cid": CID})
    (event,) = told("lead_signup")

    assert (event["state"], event["email"], event["uid"]) == ("signup", "c@example.com", "")
    assert event["promoter"]["id"] == promoter
    assert event["promotion"]["ref_id"] == "afpxunub"
    assert event["promotion"]["current_referral_reward"]["per_of_sale"] == 20


def test_another_team_s_rewards_and_fulfilments_are_not_found(ready):
    promoted(ready, unit="credits", per_of_sale=0, amount=1, auto_approve=True)
    convert(ready)
    number = rewards(ready)[0]["id"]
    fulfilment = ready.call("list_fulfilments").body["fulfilments"][0]["id"]
    headers = another_team_s_key(ready)

    for function in ("approve_reward", "deny_reward", "pay_reward"):
        assert one(ready, function, number, headers=headers).status == 404
    assert one(ready, "fulfil_fulfilment", fulfilment, headers=headers).status == 404
    assert ready.call("list_rewards", headers=headers).body["rewards"] == []
    assert ready.call("list_fulfilments", headers=headers).body["fulfilments"] == []
    assert one(ready, "pay_reward", "x").status == 404


def test_reading_and_deciding_need_their_scopes_d_8(ready):
    team = ready.parts.teams.get(sample("api/list_workflows")["headers"]["x-team-id"])
    headers = {"x-api-key": add_key(ready.parts, team, None, [Scope.DIRECTORY_READ])}

    assert ready.call("list_rewards", headers=headers).status == 200
    assert ready.call("list_fulfilments", headers=headers).status == 200
    for function in ("approve_reward", "deny_reward", "pay_reward", "fulfil_fulfilment"):
        assert ready.call(function, headers=headers).status == 403


def test_run_payouts_puts_back_what_has_no_record_yet_and_drops_what_never_will(ready):
    old = ready.handler("run_payouts")(sample("workers/run_payouts"), CONTEXT)
    promoted(ready)
    reply = ready.call(
        "fire_postback",
        sample("api/fire_postback/sale_completed"),
        body=said("sale_completed", revenue=45),
    )
    assert reply.status == 200
    for row in list(told_rows("conversion.created")):
        ready.parts.triggers_table.delete(row, "TRIGGER")
    answer = ready.work("run_payouts", "PAYOUT")

    assert old == {"batchItemFailures": []}
    assert len(answer["batchItemFailures"]) == 1


def told_rows(name: str):
    return [row["pk"]["S"] for row in rows("Triggers") if row.get("name", {}).get("S") == name]


@pytest.mark.parametrize(("status", "stands"), [(200, "fulfilled"), (202, "pending")])
def test_a_subscriber_s_200_hands_over_and_another_2xx_does_not_d_44(ready, status, stands):
    promoted(ready, unit="free_months", per_of_sale=0, amount=3, auto_approve=True)
    url = {"url": "http://127.0.0.1:65535/", "event_types": ["fulfilment_pending"]}
    ready.call("create_webhook_endpoint", body=url)
    answer = WebhookAnswer(status=status, duration=timedelta())
    ready.parts.__dict__["sender"] = ScriptedSender(otherwise=answer)
    convert(ready)
    ready.work("run_triggers", "TRIGGER")
    ready.work("deliver_webhooks", "DELIVERY")
    ready.work("run_payouts", "PAYOUT")
    (fulfilment,) = ready.call("list_fulfilments").body["fulfilments"]

    assert len(ready.parts.sender.requests) == 1
    assert (fulfilment["status"], fulfilment["has_issues"]) == (stands, False)


def test_an_event_tells_of_its_subject_after_it_is_there_f_7(ready):
    promoted(ready, unit="credits", per_of_sale=0, amount=1, auto_approve=True)
    convert(ready)
    events = [row for row in rows("Triggers") if row.get("name", {}).get("S") in SUBJECTS]
    subjects = [SUBJECTS[row["name"]["S"]](json.loads(row["data"]["S"])) for row in events]

    assert len(events) == 3
    for row, subject in zip(events, subjects, strict=True):
        assert int(row["created_ms"]["N"]) >= milliseconds(parse_timestamp(subject["created_at"]))


SUBJECTS = {
    "promoter_signed_up": lambda data: data["promoter"],
    "reward_created": lambda data: data,
    "fulfilment_pending": lambda data: data,
}
