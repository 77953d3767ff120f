"""Set up promotions: a promoter in a campaign, with the ref_id that its leads come with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import Campaign
from partner_events.domain.errors import Conflict, FieldProblem, InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.promoter import Promoter, Promotion, PromotionStatus
from partner_events.payout_ports import PromoterStore, RefIdTaken
from partner_events.postback_ports import CampaignStore
from partner_events.usecases.campaigns import find_campaign_of


@dataclass(frozen=True, slots=True)
class CampaignPromotion:
    promotion: Promotion
    campaign: Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPromotion:
    ref_id: str
    promoter: int
    status: PromotionStatus


def put_promotion(
    cid: str,
    wanted: WantedPromotion,
    *,
    team: TeamId,
    now: datetime,
    campaigns: CampaignStore,
    promoters: PromoterStore,
    numbers: NumberSource,
) -> tuple[CampaignPromotion, bool]:
    """Make a promotion or switch it on and off; tell whether it was made.

    A promotion stays with its promoter, whose leads bear its ref_id: giving it to another is
    a `Conflict`. Raises `NotFound` or `InvalidInput`, too.
    """
    campaign = find_campaign_of(team, cid, campaigns=campaigns)
    if promoters.get(team, wanted.promoter) is None:
        problem = FieldProblem("promoter_id", "is no promoter of yours")
        raise InvalidInput(f"{problem.field} {problem.message}", [problem])
    promotion = promoters.promotion(campaign.cid, wanted.ref_id)
    created = promotion is None and _add(campaign, wanted, now, promoters, numbers)
    promotion = promotion or promoters.promotion(campaign.cid, wanted.ref_id)
    assert promotion is not None
    if promotion.promoter != wanted.promoter:
        raise Conflict("This promotion is another promoter's")
    if promotion.status is not wanted.status:
        promotion = promoters.switch_promotion(replace(promotion, status=wanted.status))
    return CampaignPromotion(promotion, campaign), created


def find_promotion(
    cid: str, ref_id: str, *, team: TeamId, campaigns: CampaignStore, promoters: PromoterStore
) -> CampaignPromotion:
    campaign = find_campaign_of(team, cid, campaigns=campaigns)
    promotion = promoters.promotion(campaign.cid, ref_id)
    if promotion is None:
        raise NotFound("Promotion not found")
    return CampaignPromotion(promotion, campaign)


def promotions_of(
    promoter: Promoter, promoters: PromoterStore, campaigns: CampaignStore
) -> Sequence[CampaignPromotion]:
    theirs = promoters.promotions_of(promoter.team, promoter.number)
    known = {cid: campaigns.get(cid) for cid in dict.fromkeys(each.cid for each in theirs)}
    return [CampaignPromotion(each, campaign) for each in theirs if (campaign := known[each.cid])]


def _add(
    campaign: Campaign,
    wanted: WantedPromotion,
    now: datetime,
    promoters: PromoterStore,
    numbers: NumberSource,
) -> bool:
    promotion = Promotion(
        number=numbers.next(campaign.team),
        team=campaign.team,
        cid=campaign.cid,
        ref_id=wanted.ref_id,
        promoter=wanted.promoter,
        status=wanted.status,
        created_at=now,
    )
    try:
        promoters.add_promotion(promotion)
    except RefIdTaken:  # by another request just now, or by this one whose answer was lost
        return False
    return True
