"""Whose a lead is: the promoter whose promotion's ref_id it came with, else its source's."""

from dataclasses import dataclass

from partner_events.domain.lead import Lead
from partner_events.domain.promoter import Promoter, Promotion
from partner_events.payout_ports import PromoterStore
from partner_events.postback_ports import CampaignStore


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source names a promoter, who need not have a promotion in its campaign."""

    promoter: Promoter
    promotion: Promotion | None


def attribute_lead(
    lead: Lead, *, campaigns: CampaignStore, promoters: PromoterStore
) -> Attribution | None:
    promotion = promoters.promotion(lead.cid, lead.ref_id) if lead.ref_id else None
    if promotion is not None:
        number: int | None = promotion.promoter
    else:
        source = campaigns.source(lead.cid, lead.pid)
        number = source.promoter_id if source else None
    promoter = promoters.get(lead.team, number) if number is not None else None
    if promoter is None:
        return None
    if promotion is None:
        theirs = promoters.promotions_of(lead.team, promoter.number, cid=lead.cid)
        promotion = next(iter(theirs), None)
    return Attribution(promoter, promotion)
