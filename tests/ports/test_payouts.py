"""PayoutStore: rewards, the balances that change with them, and fulfilments (F-12, F-16, F-18)."""

from dataclasses import replace

import pytest

from partner_events.domain.ids import TriggerId
from partner_events.domain.lead import ConversionId
from partner_events.domain.reward import FulfilmentStatus, RewardStatus
from partner_events.payout_ports import AlreadyRewarded
from partner_events.ports import AlreadyThere
from tests.ports.examples import ACME, GLOBEX, NOW, a_trigger
from tests.ports.payout_examples import (
    FULFILMENT,
    JANE,
    REWARD,
    a_booking,
    a_fulfilment,
    a_promoter,
    a_promotion,
    a_reward,
)
from tests.ports.postback_examples import CMP, TXN
from tests.ports.stores import Stores


@pytest.fixture
def ready(stores: Stores) -> Stores:
    stores.promoters.add(a_promoter(), promotions=[a_promotion()], told=[])
    return stores


def test_a_booking_is_committed_whole(ready: Stores) -> None:
    reward = a_reward(promotion={"id": 4}, fulfilment=FULFILMENT)
    booking = a_booking(reward=reward, promotion=a_promotion(), fulfilment=a_fulfilment())
    ready.payouts.book(booking)

    assert ready.payouts.reward(ACME, REWARD) == reward
    assert ready.payouts.reward(GLOBEX, REWARD) is None
    assert ready.payouts.reward_of(ACME, TXN, ConversionId("conv_1")) == REWARD
    assert ready.promoters.get(ACME, JANE) == booking.promoter
    assert ready.promoters.promotion(CMP, "afpxunub") == a_promotion(conversions=1)
    assert ready.payouts.fulfilment(ACME, FULFILMENT) == a_fulfilment()
    assert ready.triggers.get(TriggerId("reward")) == a_trigger("reward")


def test_a_conversion_is_rewarded_once_d_27(ready: Stores) -> None:
    ready.payouts.book(a_booking())
    richer = a_booking().promoter.earned("cash", 200, now=NOW)
    with pytest.raises(AlreadyRewarded):
        ready.payouts.book(a_booking())
    with pytest.raises(AlreadyRewarded):
        ready.payouts.book(
            a_booking(reward=a_reward(2), promoter=richer, told=[a_trigger("second")])
        )

    assert ready.promoters.get(ACME, JANE) == a_booking().promoter
    assert ready.payouts.reward(ACME, 2) is None
    assert ready.triggers.get(TriggerId("second")) is None


def test_a_booking_on_an_old_reading_of_promoter_or_promotion_is_refused(ready: Stores) -> None:
    second = a_reward(2, conversion=ConversionId("conv_2"))
    ready.payouts.book(a_booking(promotion=a_promotion()))
    with pytest.raises(AlreadyThere):
        ready.payouts.book(a_booking(reward=second, told=[a_trigger("t2")]))
    richer = a_booking().promoter.earned("cash", 1, now=NOW)
    with pytest.raises(AlreadyThere):
        ready.payouts.book(
            a_booking(reward=second, promoter=richer, promotion=a_promotion(), told=[])
        )

    assert ready.payouts.reward_of(ACME, TXN, ConversionId("conv_2")) is None
    assert ready.promoters.get(ACME, JANE) == a_booking().promoter


def test_a_decision_moves_reward_and_balances_together_f_12(ready: Stores) -> None:
    ready.payouts.book(a_booking())
    promoter = a_booking().promoter
    approved = a_reward().approved(FULFILMENT)
    richer = promoter.earned("cash", 200, now=NOW)
    ready.payouts.decide(
        approved, promoter=richer, fulfilment=a_fulfilment(), told=[a_trigger("pending")]
    )
    with pytest.raises(AlreadyThere):
        ready.payouts.decide(a_reward().denied())

    assert ready.payouts.reward(ACME, REWARD) == approved
    assert ready.promoters.get(ACME, JANE) == richer
    assert ready.payouts.fulfilment(ACME, FULFILMENT) == a_fulfilment()
    assert ready.triggers.get(TriggerId("pending")) is not None


def test_a_decision_on_an_old_reading_of_the_promoter_is_refused(ready: Stores) -> None:
    ready.payouts.book(a_booking())
    stale = a_promoter().earned("cash", 200, now=NOW)
    with pytest.raises(AlreadyThere):
        ready.payouts.decide(a_reward().approved(None), promoter=stale, told=[a_trigger("no")])

    assert ready.payouts.reward(ACME, REWARD) == a_reward()
    assert ready.triggers.get(TriggerId("no")) is None


def test_rewards_are_listed_by_promoter_and_status(ready: Stores) -> None:
    ready.promoters.add(a_promoter(7), told=[])
    owners = {10: JANE, 2: 7, 30: JANE, 4: 7}
    for number, owner in owners.items():
        promoter = ready.promoters.get(ACME, owner)
        assert promoter
        conversion = ConversionId(f"conv_{number}")
        reward = a_reward(number, promoter=owner, conversion=conversion)
        ready.payouts.book(
            a_booking(reward=reward, promoter=promoter.earned("cash", 1, now=NOW), told=[])
        )
    denied = ready.payouts.reward(ACME, 30)
    assert denied
    ready.payouts.decide(denied.denied())

    def numbers(**wanted):
        page = ready.payouts.rewards(ACME, limit=9, cursor=None, **wanted)
        return [each.number for each in page.items]

    first = ready.payouts.rewards(ACME, limit=3, cursor=None)
    rest = ready.payouts.rewards(ACME, limit=3, cursor=first.cursor)
    assert [each.number for each in [*first.items, *rest.items]] == [2, 4, 10, 30]
    assert numbers(promoter=JANE) == [10, 30]
    assert numbers(status=RewardStatus.PENDING) == [2, 4, 10]
    assert numbers(promoter=JANE, status=RewardStatus.DENIED) == [30]
    assert ready.payouts.rewards(GLOBEX, limit=3, cursor=None).items == []


def test_what_was_handed_over_stays_so_d_44(ready: Stores) -> None:
    ready.payouts.book(a_booking(fulfilment=a_fulfilment()))
    issues = a_fulfilment().with_issues()
    done = a_fulfilment().fulfilled()
    for settled in (issues, issues, done, done):
        ready.payouts.settle(settled)
    with pytest.raises(AlreadyThere):
        ready.payouts.settle(issues)
    found = ready.payouts.fulfilment(ACME, FULFILMENT)

    assert found == done
    assert (done.status, done.has_issues) == (FulfilmentStatus.FULFILLED, False)
    assert done.with_issues() == done


def test_fulfilments_are_listed_page_by_page(ready: Stores) -> None:
    for number in (10, 9):
        conversion = ConversionId(f"conv_{number}")
        promoter = ready.promoters.get(ACME, JANE)
        assert promoter
        ready.payouts.book(
            a_booking(
                reward=a_reward(number, conversion=conversion),
                promoter=replace(promoter, revision=promoter.revision + 1),
                fulfilment=a_fulfilment(number),
                told=[],
            )
        )
    first = ready.payouts.fulfilments(ACME, limit=1, cursor=None)
    rest = ready.payouts.fulfilments(ACME, limit=1, cursor=first.cursor)

    assert [each.number for each in [*first.items, *rest.items]] == [9, 10]
    assert rest.cursor is None
    assert ready.payouts.fulfilments(GLOBEX, limit=1, cursor=None).items == []
