"""Kill the process at every call while a reward is booked, decided and handed over.

Exactly one reward, balances to the cent, one `reward_created`, one `fulfilment_pending`.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from partner_events.domain.errors import DomainError
from partner_events.domain.event import JsonText
from partner_events.domain.messages import BookReward, Message, SettleFulfilment
from partner_events.domain.promoter import Promoter, PromoterStatus, Promotion
from partner_events.domain.reward import FulfilmentStatus, RewardStatus
from partner_events.usecases.book_reward import PayoutPorts, book_reward
from partner_events.usecases.create_lead import create_lead
from partner_events.usecases.promoters import PromoterPorts, create_promoter
from partner_events.usecases.rewards import RewardPorts, decide_reward
from partner_events.usecases.settle_fulfilment import settle_fulfilment
from tests.crash.test_postback_crash_points import CMP, TXN, PostbackWorld, names
from tests.crash.world import START, TEAM, Died
from tests.fakes.payouts import InMemoryPayoutStore

REF, JANE = "afpxunub", 77
EARNED = {"free_months": 3}
AUTOMATIC = '{"unit":"free_months","amount":3,"auto_approve":true}'
BY_HAND = '{"unit":"free_months","amount":3}'


class PayoutWorld(PostbackWorld):
    """The world of postbacks, whose lead a promoter brought."""

    def __init__(self, reward: str = AUTOMATIC, **given: Any) -> None:
        super().__init__(**given)
        self.payouts = InMemoryPayoutStore(self.paid, self.triggers._rows)
        campaign = self.rows.campaigns[CMP]
        self.rows.campaigns[CMP] = replace(campaign, reward=JsonText(reward))
        self.rows.leads[TEAM, TXN] = replace(self.rows.leads[TEAM, TXN], ref_id=REF, number=1)
        self.promoters.add(_jane(), promotions=[_promotion()], told=[])

    def handle(self, message: Message, received: int) -> None:
        match message:
            case BookReward():
                book_reward(message, received=received, now=self.now, ports=self._payout_ports())
            case SettleFulfilment():
                settle_fulfilment(
                    message,
                    triggers=self.faulty(self.triggers),
                    payouts=self.faulty(self.payouts),
                )
            case _:
                super().handle(message, received)

    def decide(self, to: RewardStatus) -> None:
        (number,) = [each.number for each in self.paid.rewards.values()]
        ports = RewardPorts(
            payouts=self.faulty(self.payouts),
            promoters=self.faulty(self.promoters),
            numbers=self.faulty(self.numbers),
            dispatcher=self.faulty(self.queue),
        )
        decide_reward(number, to, team=TEAM, now=self.now, ports=ports)

    def sign_up(self) -> None:
        ports = PromoterPorts(
            promoters=self.faulty(self.promoters),
            campaigns=self.faulty(self.campaigns),
            numbers=self.faulty(self.numbers),
            dispatcher=self.faulty(self.queue),
        )
        create_promoter(
            {"email": "new@example.com"},
            [(CMP, None)],
            team=TEAM,
            now=self.now,
            randbelow=self.random.randrange,
            ports=ports,
        )

    def bring_lead(self) -> None:
        create_lead(
            {"cid": CMP, "ref_id": REF, "transaction_id": "txn_2"},
            team=TEAM,
            new_transaction_id="",
            now=self.now,
            campaigns=self.faulty(self.campaigns),
            leads=self.faulty(self.leads),
            promoters=self.faulty(self.promoters),
            numbers=self.faulty(self.numbers),
            dispatcher=self.faulty(self.queue),
        )

    @property
    def balances(self) -> list[Any]:
        jane = self.paid.promoters[TEAM, JANE]
        return [jane.earnings_balance, jane.current_balance, jane.paid_balance]

    def _payout_ports(self) -> PayoutPorts:
        return PayoutPorts(
            triggers=self.faulty(self.triggers),
            leads=self.faulty(self.leads),
            campaigns=self.faulty(self.campaigns),
            promoters=self.faulty(self.promoters),
            payouts=self.faulty(self.payouts),
            numbers=self.faulty(self.numbers),
            dispatcher=self.faulty(self.queue),
        )


def _jane() -> Promoter:
    return Promoter(
        number=JANE,
        team=TEAM,
        email="jane@example.com",
        default_ref_id=REF,
        status=PromoterStatus.ACTIVE,
        created_at=START,
        updated_at=START,
    )


def _promotion() -> Promotion:
    return Promotion(number=1, team=TEAM, cid=CMP, ref_id=REF, promoter=JANE, created_at=START)


def convert(world: PayoutWorld) -> None:
    """Convert until it is accepted, as a caller does, and let everything happen."""
    for attempt in range(5):
        with suppress(Died, DomainError):
            world.fire(f"t{attempt}", key="order-1")
            break
    world.drain()


def points_of(act: Callable[[PayoutWorld], Any], reward: str = AUTOMATIC) -> int:
    world = PayoutWorld(reward)
    act(world)
    return world.faults.passed


def assert_paid_once(world: PayoutWorld) -> None:
    (reward,) = world.paid.rewards.values()
    (fulfilment,) = world.paid.fulfilments.values()
    assert (reward.status, reward.fulfilment) == (RewardStatus.APPROVED, fulfilment.number)
    assert world.balances == [EARNED, EARNED, {}]
    assert world.paid.promotions[CMP, REF].conversions == 1
    assert fulfilment.status is FulfilmentStatus.FULFILLED
    assert names(world) == {
        "sale": 1,
        "conversion.created": 1,
        "reward_created": 1,
        "fulfilment_pending": 1,
    }
    assert not world.log.missed
    assert not world.queue.dead


def test_without_a_crash_a_conversion_is_paid_and_handed_over():
    world = PayoutWorld()
    convert(world)

    assert_paid_once(world)


@pytest.mark.parametrize("point", range(1, points_of(convert) + 1))
def test_a_process_that_dies_anywhere_leaves_one_reward_and_exact_balances_d_27_f_12(point):
    world = PayoutWorld(dies=lambda passed: passed == point)
    convert(world)

    assert_paid_once(world)


@pytest.mark.parametrize("call", range(1, 90))
def test_a_call_that_is_made_again_because_its_answer_was_lost_pays_nothing_twice(call):
    world = PayoutWorld(repeats=lambda made: made == call)
    convert(world)

    assert_paid_once(world)


def approve_and_pay(world: PayoutWorld) -> None:
    """Decide as an operator does whose page shows an error: once more."""
    for to in (RewardStatus.APPROVED, RewardStatus.PAID):
        for _ in range(5):
            with suppress(Died):
                world.decide(to)
                break
    world.drain()


def by_hand(world: PayoutWorld) -> None:
    convert(world)
    approve_and_pay(world)


DECIDED_POINTS = range(points_of(convert, BY_HAND) + 1, points_of(by_hand, BY_HAND) + 1)


@pytest.mark.parametrize("point", DECIDED_POINTS)
def test_an_operator_s_request_that_dies_anywhere_and_is_repeated_pays_once_f_12(point):
    world = PayoutWorld(BY_HAND, dies=lambda passed: passed == point)
    by_hand(world)

    (reward,) = world.paid.rewards.values()
    assert reward.status is RewardStatus.PAID
    assert world.balances == [EARNED, {"free_months": 0}, EARNED]
    assert len(world.paid.fulfilments) == 1
    assert names(world)["fulfilment_pending"] == 1


def sign_up_and_drain(world: PayoutWorld) -> None:
    with suppress(Died, DomainError):
        world.sign_up()
    with suppress(Died, DomainError):
        world.sign_up()
    world.drain()


@pytest.mark.parametrize("point", range(1, points_of(sign_up_and_drain) + 1))
def test_a_promoter_whose_sign_up_dies_anywhere_is_told_of_once_if_it_is_there(point):
    world = PayoutWorld(dies=lambda passed: passed == point)
    sign_up_and_drain(world)

    assert len(world.paid.promoters) == 2
    assert names(world) == {"promoter_signed_up": 1, "affiliate.created": 1}


def bring_and_drain(world: PayoutWorld) -> None:
    for _ in range(2):
        with suppress(Died, DomainError):
            world.bring_lead()
    world.drain()


@pytest.mark.parametrize("point", range(1, points_of(bring_and_drain) + 1))
def test_a_lead_whose_creation_dies_anywhere_is_told_of_once_if_it_is_there(point):
    world = PayoutWorld(dies=lambda passed: passed == point)
    bring_and_drain(world)

    assert (TEAM, "txn_2") in world.rows.leads
    assert names(world) == {"lead.created": 1, "lead_signup": 1}


@pytest.mark.parametrize("seed", range(150))
def test_crashes_duplicates_and_failing_receivers_never_lose_or_double_a_reward(seed):
    random = Random(seed)
    world = PayoutWorld(
        dies=lambda _: random.random() < 0.02,
        repeats=lambda _: random.random() < 0.03,
        failures=lambda _: random.choice([0, 0, 1, 3]),
    )
    for attempt in range(30):
        with suppress(Died, DomainError):
            world.fire(f"t{attempt}", key="order-1")
    assert world.rows.conversions
    world.drain()

    assert_paid_once(world)
