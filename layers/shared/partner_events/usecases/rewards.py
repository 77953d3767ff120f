"""Decide on rewards: approve, deny, pay. Deciding the same again changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from partner_events.directory_ports import NumberSource
from partner_events.domain.errors import Conflict, NotFound, Overtaken
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter, PromoterStatus
from partner_events.domain.reward import Fulfilment, Reward, RewardStatus
from partner_events.domain.trigger import Trigger
from partner_events.payout_ports import PayoutStore, PromoterStore
from partner_events.ports import AlreadyThere, Dispatcher
from partner_events.usecases.book_reward import approve, fulfilment_event
from partner_events.usecases.own_events import announce

TRIES = 12  # each time, the promoter's balances were changed by another booking

type RewardOfPromoter = tuple[Reward, Promoter]


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardPorts:
    payouts: PayoutStore
    promoters: PromoterStore
    numbers: NumberSource
    dispatcher: Dispatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    reward: Reward
    promoter: Promoter | None = None
    fulfilment: Fulfilment | None = None
    told: Sequence[Trigger] = ()


type _Rule = Callable[[Reward, Promoter, datetime, NumberSource], _Decision]


def decide_reward(
    number: int, to: RewardStatus, *, team: TeamId, now: datetime, ports: RewardPorts
) -> RewardOfPromoter:
    """Bring a reward to a status, and move its promoter's balances with it (F-12).

    Raises `NotFound`, `Conflict` if the reward stands where no way leads from, or `Overtaken`.
    """
    for _ in range(TRIES):
        reward, promoter = _find(team, number, ports)
        if reward.status is to:
            return reward, promoter
        decision = _RULES[to](reward, promoter, now, ports.numbers)
        announce(*decision.told, now=now, dispatcher=ports.dispatcher)
        try:
            ports.payouts.decide(
                decision.reward,
                promoter=decision.promoter,
                fulfilment=decision.fulfilment,
                told=decision.told,
            )
        except AlreadyThere:
            continue
        return decision.reward, decision.promoter or promoter
    raise Overtaken("The promoter's balances are changed by others at this moment")


def list_rewards(
    team: TeamId,
    *,
    limit: int,
    cursor: str | None,
    promoter: int | None,
    status: RewardStatus | None,
    payouts: PayoutStore,
    promoters: PromoterStore,
) -> Page[RewardOfPromoter]:
    page = payouts.rewards(team, limit=limit, cursor=cursor, promoter=promoter, status=status)
    known = promoters.get_many(team, [each.promoter for each in page.items])
    return Page([(each, known[each.promoter]) for each in page.items], page.cursor)


def _find(team: TeamId, number: int, ports: RewardPorts) -> RewardOfPromoter:
    reward = ports.payouts.reward(team, number)
    promoter = ports.promoters.get(team, reward.promoter) if reward else None
    if reward is None or promoter is None:
        raise NotFound("Reward not found")
    return reward, promoter


def _approve(reward: Reward, promoter: Promoter, now: datetime, numbers: NumberSource) -> _Decision:
    approved, fulfilment = approve(reward, now=now, numbers=numbers)
    if promoter.status is PromoterStatus.BLOCKED:
        raise Conflict("The promoter is blocked, and earns nothing")
    richer = promoter.earned(reward.unit, reward.amount, now=now)
    told = [fulfilment_event(fulfilment, richer, now)] if fulfilment else []
    return _Decision(reward=approved, promoter=richer, fulfilment=fulfilment, told=told)


def _deny(reward: Reward, _: Promoter, __: datetime, ___: NumberSource) -> _Decision:
    return _Decision(reward=reward.denied())


def _pay(reward: Reward, promoter: Promoter, now: datetime, _: NumberSource) -> _Decision:
    paid = reward.was_paid()
    return _Decision(reward=paid, promoter=promoter.was_paid(reward.unit, reward.amount, now=now))


_RULES: dict[RewardStatus, _Rule] = {
    RewardStatus.APPROVED: _approve,
    RewardStatus.DENIED: _deny,
    RewardStatus.PAID: _pay,
}
