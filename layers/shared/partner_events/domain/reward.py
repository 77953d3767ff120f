"""Rewards: what a campaign promises for a conversion, and what became of it.

A conversion earns either the offer's `amount` or `per_of_sale` percent of its revenue; where
both are given they add up. A promotion's nth conversion is paid by the last of the `tiers` whose
`from` is at most n, in the place of the offer's own amount and percentage; `tier_level` is that
tier's place, counted from 1, which is the offer itself unless a tier begins at 1.

`cash` is counted in cents, every other unit in pieces. It is computed exactly, and rounded once
at the end, half up: 2.5 cents are 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any, Self

from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import Conflict
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import ConversionId, Money

CASH = "cash"
_EXACT = Context(prec=80)
_CENTS = 100
_PERCENT = Decimal("0.01")

type Shape = Mapping[str, Any]
"""A JSON object as subscribers are told it."""


class RewardStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    PAID = "paid"


class FulfilmentStatus(StrEnum):
    PENDING = "pending"
    FULFILLED = "fulfilled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    since: int = 1
    amount: Money = 0
    per_of_sale: Money = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A campaign's `reward`, as the payout reads it; one without an id bears the campaign's."""

    id: int | None
    type: str
    unit: str
    name: str
    tiers: Sequence[Tier]
    auto_approve: bool

    @classmethod
    def of(cls, said: Shape) -> Self:
        further = sorted(map(_tier, said.get("tiers") or ()), key=lambda tier: tier.since)
        own = [] if further and further[0].since == 1 else [_tier(said)]
        first, unit = (own or further)[0], said.get("unit") or CASH
        return cls(
            id=said.get("id"),
            type=said.get("type") or "per_referral",
            unit=unit,
            name=said.get("name") or _name(first, unit),
            tiers=(*own, *further),
            auto_approve=bool(said.get("auto_approve")),
        )

    def earned(self, revenue: Money, *, conversion: int) -> tuple[int, int]:
        """Return what the promotion's nth conversion earns, and the level of its tier."""
        level = max(place for place, tier in enumerate(self.tiers, 1) if tier.since <= conversion)
        tier = self.tiers[level - 1]
        share = _EXACT.multiply(_EXACT.multiply(Decimal(revenue), tier.per_of_sale), _PERCENT)
        return pieces(_EXACT.add(share, tier.amount), self.unit), level


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """`lead`, `promotion`, `offer` and `campaign` are told as they were when it was earned.

    `fulfilment` is the id of what has to be handed over once it is approved.
    """

    number: int
    team: TeamId
    promoter: int
    cid: CampaignId
    transaction_id: str
    conversion: ConversionId
    status: RewardStatus
    amount: int
    unit: str
    conversion_amount: int
    tier_level: int
    created_at: datetime
    lead: Shape
    promotion: Shape | None
    offer: Shape
    campaign: Shape
    fulfilment: int | None = None
    revision: int = 1

    def approved(self, fulfilment: int | None) -> Self:
        return self._moved(RewardStatus.APPROVED, fulfilment=fulfilment)

    def denied(self) -> Self:
        return self._moved(RewardStatus.DENIED)

    def was_paid(self) -> Self:
        return self._moved(RewardStatus.PAID)

    def _moved(self, to: RewardStatus, **changed: Any) -> Self:
        """Take the one way to a status. Raises `Conflict` where there is none from here."""
        if self.status is not _BEFORE[to]:
            raise Conflict(f"The reward is {self.status.value}")
        return replace(self, **changed, status=to, revision=self.revision + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """What has to be handed over for an approved reward that is no cash (F-18)."""

    number: int
    team: TeamId
    promoter: int
    reward: int
    conversion: ConversionId
    amount: int
    unit: str
    created_at: datetime
    offer: Shape
    campaign: Shape
    status: FulfilmentStatus = FulfilmentStatus.PENDING
    has_issues: bool = False

    @classmethod
    def of(cls, reward: Reward, *, number: int, now: datetime) -> Self:
        return cls(
            number=number,
            team=reward.team,
            promoter=reward.promoter,
            reward=reward.number,
            conversion=reward.conversion,
            amount=reward.amount,
            unit=reward.unit,
            created_at=now,
            offer=reward.offer,
            campaign=reward.campaign,
        )

    def fulfilled(self) -> Self:
        return replace(self, status=FulfilmentStatus.FULFILLED, has_issues=False)

    def with_issues(self) -> Self:
        """Say that nobody took it; one that is fulfilled has no issues any more."""
        return replace(self, has_issues=self.status is FulfilmentStatus.PENDING)


_BEFORE = {
    RewardStatus.APPROVED: RewardStatus.PENDING,
    RewardStatus.DENIED: RewardStatus.PENDING,
    RewardStatus.PAID: RewardStatus.APPROVED,
}


def pieces(amount: Money, unit: str) -> int:
    """Count an amount of money in cents, and of anything else in pieces, rounded half up."""
    count = _EXACT.multiply(Decimal(amount), _CENTS if unit == CASH else 1)
    return int(count.to_integral_value(rounding=ROUND_HALF_UP))


def _tier(said: Shape) -> Tier:
    return Tier(
        since=said.get("from") or 1,
        amount=said.get("amount") or 0,
        per_of_sale=said.get("per_of_sale") or 0,
    )


def _name(tier: Tier, unit: str) -> str:
    if tier.per_of_sale:
        return f"{tier.per_of_sale}% of each sale"
    return f"{tier.amount} {unit.replace('_', ' ')}"
