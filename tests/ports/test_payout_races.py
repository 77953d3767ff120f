"""Bookings and decisions that meet on DynamoDB Local: balances are exact, each counts once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from partner_events.domain.errors import Conflict, Overtaken, TryLater
from partner_events.domain.event import JsonText
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import BookReward
from partner_events.domain.promoter import PromoterStatus
from partner_events.domain.reward import RewardStatus
from partner_events.jsontext import dumps
from partner_events.usecases.book_reward import Booked, PayoutPorts, book_reward
from partner_events.usecases.rewards import RewardPorts, decide_reward
from tests.fakes.dispatcher import RecordingDispatcher
from tests.ports.examples import ACME, NOW, a_trigger, an_event
from tests.ports.payout_examples import JANE, a_promoter, a_promotion
from tests.ports.postback_examples import CMP, TXN, a_campaign, a_lead
from tests.ports.stores import Stores, rows_of
from tests.ports.test_postback_races import at_once

MANY = 8


def pays(stores: Stores, **reward: Any) -> None:
    stores.campaigns.add(a_campaign(reward=JsonText(dumps(reward))))
    stores.promoters.add(
        a_promoter(status=PromoterStatus.ACTIVE), promotions=[a_promotion()], told=[]
    )
    stores.leads.add(a_lead(ref_id="afpxunub", number=1))


def converted(stores: Stores, number: int) -> None:
    data = {
        "cid": CMP,
        "transaction_id": TXN,
        "conversion_id": f"conv_{number}",
        "revenue": 45,
        "lead": {"ref_id": "afpxunub", "pid": "organic"},
    }
    event = an_event(name="conversion.created", data=dumps(data))
    stores.triggers.add(a_trigger(TriggerId(f"c{number}"), event=event), now=NOW)


def book(stores: Stores, number: int) -> Booked:
    """Work as the worker does: again and again while others are in the way."""
    message = BookReward(team=ACME, trigger=TriggerId(f"c{number}"), accepted_at=NOW)
    ports = PayoutPorts(
        triggers=stores.triggers,
        leads=stores.leads,
        campaigns=stores.campaigns,
        promoters=stores.promoters,
        payouts=stores.payouts,
        numbers=stores.numbers,
        dispatcher=RecordingDispatcher(),
    )
    for _ in range(20):
        try:
            return book_reward(message, received=1, now=NOW, ports=ports)
        except TryLater:
            continue
    raise AssertionError("never got through")


def decide(stores: Stores, number: int, to: RewardStatus) -> Any:
    ports = RewardPorts(
        payouts=stores.payouts,
        promoters=stores.promoters,
        numbers=stores.numbers,
        dispatcher=RecordingDispatcher(),
    )
    try:
        return decide_reward(number, to, team=ACME, now=NOW, ports=ports)[0].status
    except (Conflict, Overtaken) as refusal:
        return type(refusal)


@pytest.fixture
def environments(dynamodb_local: Any, local_tables: dict[str, str]) -> Callable[[], Stores]:
    from tests.ports.stores import on_dynamodb

    return on_dynamodb(dynamodb_local, local_tables)


@pytest.fixture
def told(dynamodb_local: Any, local_tables: dict[str, str]) -> Callable[[], Counter[str]]:
    def count() -> Counter[str]:
        rows = rows_of(dynamodb_local, local_tables["Triggers"])
        return Counter(row["name"]["S"] for row in rows if row["sk"]["S"] == "TRIGGER")

    return count


def the_reward(stores: Stores) -> int:
    converted(stores, 1)
    assert book(stores, 1) is Booked.BOOKED
    (reward,) = stores.payouts.rewards(ACME, limit=9, cursor=None).items
    return reward.number


def balances(stores: Stores) -> list[Any]:
    promoter = stores.promoters.get(ACME, JANE)
    assert promoter
    return [promoter.earnings_balance, promoter.current_balance, promoter.paid_balance]


def test_conversions_of_one_promoter_at_once_are_all_paid_to_the_cent_f_12(environments, told):
    stores = environments()
    pays(stores, per_of_sale=20, auto_approve=True)
    for number in range(MANY):
        converted(stores, number)
    booked = at_once(MANY, lambda number: book(environments(), number))
    rewards = stores.payouts.rewards(ACME, limit=99, cursor=None).items
    promotion = stores.promoters.promotion(CMP, "afpxunub")

    assert booked == [Booked.BOOKED] * MANY
    assert balances(stores) == [{"cash": 900 * MANY}, {"cash": 900 * MANY}, {}]
    assert len(rewards) == len({each.number for each in rewards}) == MANY
    assert promotion
    assert promotion.conversions == MANY
    assert told()["reward_created"] == MANY


def test_one_conversion_that_comes_many_times_at_once_is_paid_once_d_27(environments, told):
    stores = environments()
    pays(stores, amount=5, unit="points", auto_approve=True)
    converted(stores, 1)
    booked = at_once(MANY, lambda _: book(environments(), 1))

    assert Counter(booked) == {Booked.BOOKED: 1, Booked.BOOKED_BEFORE: MANY - 1}
    assert balances(stores) == [{"points": 5}, {"points": 5}, {}]
    assert (told()["reward_created"], told()["fulfilment_pending"]) == (1, 1)
    assert len(stores.payouts.fulfilments(ACME, limit=9, cursor=None).items) == 1


def test_many_approvals_at_once_earn_once(environments, told):
    stores = environments()
    pays(stores, amount=3, unit="free_months")
    number = the_reward(stores)
    answers = at_once(MANY, lambda _: decide(environments(), number, RewardStatus.APPROVED))

    assert answers == [RewardStatus.APPROVED] * MANY
    assert balances(stores) == [{"free_months": 3}, {"free_months": 3}, {}]
    assert told()["fulfilment_pending"] == 1
    assert len(stores.payouts.fulfilments(ACME, limit=9, cursor=None).items) == 1


@pytest.mark.parametrize("race", range(4))
def test_of_approve_and_deny_one_wins_and_the_other_hears_so(environments, race):
    stores = environments()
    pays(stores, amount=3)
    number = the_reward(stores)
    wanted = [RewardStatus.APPROVED, RewardStatus.DENIED]
    answers = at_once(4, lambda turn: decide(environments(), number, wanted[(turn + race) % 2]))
    reward = stores.payouts.reward(ACME, number)

    assert reward
    assert Counter(answers) == {reward.status: 2, Conflict: 2}
    earned = {"cash": 300} if reward.status is RewardStatus.APPROVED else {}
    assert balances(stores) == [earned, earned, {}]


def test_payments_and_a_denial_at_once_pay_once(environments):
    stores = environments()
    pays(stores, amount=3, auto_approve=True)
    number = the_reward(stores)
    wanted = [RewardStatus.PAID, RewardStatus.DENIED] * 4
    answers = at_once(MANY, lambda turn: decide(environments(), number, wanted[turn]))

    assert answers == [RewardStatus.PAID, Conflict] * 4
    assert balances(stores) == [{"cash": 300}, {"cash": 0}, {"cash": 300}]
