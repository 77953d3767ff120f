"""Promoters and what they earn, in memory: two stores over the rows that they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import ConversionId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter, Promotion
from partner_events.domain.reward import Fulfilment, FulfilmentStatus, Reward, RewardStatus
from partner_events.domain.trigger import Trigger
from partner_events.payout_ports import AlreadyRewarded, Booking, EmailTaken, RefIdTaken
from partner_events.ports import AlreadyThere
from tests.fakes.triggers import InMemoryTriggers


@dataclass(slots=True)
class InMemoryPayouts:
    """The rows behind the stores."""

    promoters: dict[tuple[TeamId, int], Promoter] = field(default_factory=dict)
    promotions: dict[tuple[CampaignId, str], Promotion] = field(default_factory=dict)
    rewards: dict[tuple[TeamId, int], Reward] = field(default_factory=dict)
    rewarded: dict[tuple[TeamId, str, ConversionId], int] = field(default_factory=dict)
    fulfilments: dict[tuple[TeamId, int], Fulfilment] = field(default_factory=dict)


class InMemoryPromoterStore:
    def __init__(self, rows: InMemoryPayouts, triggers: InMemoryTriggers) -> None:
        self._rows = rows
        self._triggers = triggers

    def add(
        self, promoter: Promoter, *, promotions: Sequence[Promotion] = (), told: Sequence[Trigger]
    ) -> None:
        if (promoter.team, promoter.number) in self._rows.promoters:
            raise AlreadyThere(promoter.number)
        self._check_email(promoter)
        for each in promotions:
            self._check_ref_id(each)
        self._rows.promoters[promoter.team, promoter.number] = promoter
        self._rows.promotions |= {(each.cid, each.ref_id): each for each in promotions}
        self._triggers.add_new(told)

    def get(self, team: TeamId, number: int) -> Promoter | None:
        return self._rows.promoters.get((team, number))

    def get_many(self, team: TeamId, numbers: Sequence[int]) -> Mapping[int, Promoter]:
        found = {number: self.get(team, number) for number in numbers}
        return {number: promoter for number, promoter in found.items() if promoter}

    def save(self, promoter: Promoter, *, previous: Promoter) -> None:
        check_revision(self._rows, promoter)
        assert previous.revision == promoter.revision - 1
        self._check_email(promoter)
        self._rows.promoters[promoter.team, promoter.number] = promoter

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Promoter]:
        return _page(self._rows.promoters, team, "promoter", limit, cursor)

    def add_promotion(self, promotion: Promotion) -> None:
        self._check_ref_id(promotion)
        self._rows.promotions[promotion.cid, promotion.ref_id] = promotion

    def switch_promotion(self, promotion: Promotion) -> Promotion:
        key = (promotion.cid, promotion.ref_id)
        self._rows.promotions[key] = replace(self._rows.promotions[key], status=promotion.status)
        return self._rows.promotions[key]

    def promotion(self, cid: CampaignId, ref_id: str) -> Promotion | None:
        return self._rows.promotions.get((cid, ref_id))

    def promotions_of(
        self, team: TeamId, number: int, *, cid: CampaignId | None = None
    ) -> Sequence[Promotion]:
        theirs = [
            each
            for each in self._rows.promotions.values()
            if (each.team, each.promoter) == (team, number) and cid in (None, each.cid)
        ]
        return sorted(theirs, key=lambda promotion: promotion.number)

    def _check_email(self, promoter: Promoter) -> None:
        for each in self._rows.promoters.values():
            same = (each.team, each.identity) == (promoter.team, promoter.identity)
            if same and each.number != promoter.number:
                raise EmailTaken("email")

    def _check_ref_id(self, promotion: Promotion) -> None:
        if (promotion.cid, promotion.ref_id) in self._rows.promotions:
            raise RefIdTaken(promotion.ref_id)


class InMemoryPayoutStore:
    def __init__(self, rows: InMemoryPayouts, triggers: InMemoryTriggers) -> None:
        self._rows = rows
        self._triggers = triggers

    def book(self, booking: Booking) -> None:
        reward, promotion = booking.reward, booking.promotion
        conversion = (reward.team, reward.transaction_id, reward.conversion)
        if conversion in self._rows.rewarded:
            raise AlreadyRewarded("conversion")
        check_revision(self._rows, booking.promoter)
        if promotion:
            key = (promotion.cid, promotion.ref_id)
            known = self._rows.promotions[key]
            if known.conversions != promotion.conversions:
                raise AlreadyThere(promotion.ref_id)
            self._rows.promotions[key] = replace(known, conversions=known.conversions + 1)
        self._rows.rewarded[conversion] = reward.number
        self._commit(reward, booking.promoter, booking.fulfilment, booking.told)

    def reward_of(self, team: TeamId, transaction_id: str, id: ConversionId) -> int | None:
        return self._rows.rewarded.get((team, transaction_id, id))

    def reward(self, team: TeamId, number: int) -> Reward | None:
        return self._rows.rewards.get((team, number))

    def decide(
        self,
        reward: Reward,
        *,
        promoter: Promoter | None = None,
        fulfilment: Fulfilment | None = None,
        told: Sequence[Trigger] = (),
    ) -> None:
        if self._rows.rewards[reward.team, reward.number].revision != reward.revision - 1:
            raise AlreadyThere(reward.number)
        if promoter:
            check_revision(self._rows, promoter)
        self._commit(reward, promoter, fulfilment, told)

    def rewards(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        promoter: int | None = None,
        status: RewardStatus | None = None,
    ) -> Page[Reward]:
        rows = {
            key: each
            for key, each in self._rows.rewards.items()
            if promoter in (None, each.promoter) and status in (None, each.status)
        }
        return _page(rows, team, "reward", limit, cursor)

    def fulfilment(self, team: TeamId, number: int) -> Fulfilment | None:
        return self._rows.fulfilments.get((team, number))

    def fulfilments(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Fulfilment]:
        return _page(self._rows.fulfilments, team, "fulfilment", limit, cursor)

    def settle(self, fulfilment: Fulfilment) -> None:
        key = (fulfilment.team, fulfilment.number)
        done = self._rows.fulfilments[key].status is FulfilmentStatus.FULFILLED
        if done and fulfilment.status is not FulfilmentStatus.FULFILLED:
            raise AlreadyThere(fulfilment.number)
        self._rows.fulfilments[key] = fulfilment

    def _commit(
        self,
        reward: Reward,
        promoter: Promoter | None,
        fulfilment: Fulfilment | None,
        told: Sequence[Trigger],
    ) -> None:
        self._rows.rewards[reward.team, reward.number] = reward
        if promoter:
            self._rows.promoters[promoter.team, promoter.number] = promoter
        if fulfilment:
            self._rows.fulfilments[fulfilment.team, fulfilment.number] = fulfilment
        self._triggers.add_new(told)


def check_revision(rows: InMemoryPayouts, promoter: Promoter) -> None:
    if rows.promoters[promoter.team, promoter.number].revision != promoter.revision - 1:
        raise AlreadyThere(promoter.number)


def _page[Item](
    rows: Mapping[tuple[TeamId, int], Item], team: TeamId, kind: str, limit: int, cursor: str | None
) -> Page[Item]:
    after = f"{kind}:" if cursor is None else cursor
    if not after.startswith(f"{kind}:"):
        raise InvalidInput("cursor is not one that this list returned")
    last = int(after.removeprefix(f"{kind}:") or 0)
    found = {number: item for (of, number), item in sorted(rows.items()) if of == team}
    numbers = [number for number in found if number > last]
    shown = numbers[:limit]
    more = len(numbers) > len(shown)
    return Page([found[number] for number in shown], f"{kind}:{shown[-1]}" if more else None)
