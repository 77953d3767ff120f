"""Rewards and fulfilments on the wire: as subscribers are told of them (F-16, F-18)."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from partner_events.domain.errors import InvalidInput
from partner_events.domain.lead import LeadState
from partner_events.domain.promoter import Promoter, PromoterStatus, PromotionStatus
from partner_events.domain.promoter_events import fulfilment_pending, reward_created
from partner_events.domain.reward import Fulfilment, FulfilmentStatus, Reward, RewardStatus
from partner_events.http.promoters import LONGEST_ID


class RewardLeadReply(TypedDict):
    id: int
    state: LeadState
    email: str
    customer_since: str | None


class RewardPromoterReply(TypedDict):
    """A balance is null until there is something in it (F-14)."""

    id: int
    status: PromoterStatus
    cust_id: str | None
    email: str
    created_at: str
    default_ref_id: str
    earnings_balance: dict[str, int] | None
    current_balance: dict[str, int] | None
    paid_balance: dict[str, int] | None
    profile: dict[str, Any]


class RewardPromotionReply(TypedDict):
    id: int
    status: PromotionStatus
    ref_id: str
    promoter_id: int
    campaign_id: int
    campaign_name: str
    referral_link: str


class RewardReply(TypedDict):
    """`lead` and `promotion` are told as they were when it was earned, `promoter` as it is."""

    id: int
    event_id: str
    status: RewardStatus
    amount: int
    unit: str
    created_at: str
    conversion_amount: int
    tier_level: int
    lead: RewardLeadReply
    promoter: RewardPromoterReply
    promotion: RewardPromotionReply | None


class FulfilledRewardReply(TypedDict):
    id: int
    type: str
    unit: str
    name: str


class FulfilmentCampaignReply(TypedDict):
    id: int
    name: str
    landing_url: str


class FulfilmentReply(TypedDict):
    id: int
    status: FulfilmentStatus
    amount: int
    unit: str
    created_at: str
    has_issues: bool
    reward: FulfilledRewardReply
    promoter: RewardPromoterReply
    campaign: FulfilmentCampaignReply


def reward_reply(of: tuple[Reward, Promoter]) -> RewardReply:
    return cast(RewardReply, reward_created(*of))


def fulfilment_reply(of: tuple[Fulfilment, Promoter]) -> FulfilmentReply:
    return cast(FulfilmentReply, fulfilment_pending(*of))


def wanted_promoter(query: Mapping[str, str]) -> int | None:
    """Read `promoter`, the integer id to list the rewards of."""
    text = query.get("promoter")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise InvalidInput("promoter must be the integer id of one")
    return int(text)


def wanted_status(query: Mapping[str, str]) -> RewardStatus | None:
    text = query.get("status")
    if text is None:
        return None
    try:
        return RewardStatus(text)
    except ValueError as error:
        statuses = ", ".join(RewardStatus)
        raise InvalidInput(f"status must be one of {statuses}") from error
