"""What subscribers are told of promoters, leads and rewards: the full objects (F-9..F-19, F-C1).

Keys stand in the order of the source document's samples; where its samples abbreviate an
object, ours has all that we know of it.
"""

from collections.abc import Sequence
from datetime import datetime

from partner_events.domain.campaign import Campaign
from partner_events.domain.lead import Lead
from partner_events.domain.promoter import Balance, Promoter, PromoterStatus, Promotion
from partner_events.domain.promoter_event_names import TEMP_PASSWORD
from partner_events.domain.reward import Fulfilment, Offer, Reward, Shape, pieces
from partner_events.domain.timestamps import format_second, format_timestamp


def lead_signup(
    lead: Lead,
    promoter: Promoter,
    promotion: Promotion | None,
    campaign: Campaign,
    offer: Shape | None,
) -> Shape:
    return {
        "id": lead.number,
        "state": lead.state.value,
        "email": lead.email or "",
        "uid": _text_or(lead.fields.get("uid"), ""),
        "customer_since": _time(lead.customer_since),
        "cancelled_at": _time(lead.cancelled_at),
        "plan_name": _text_or(lead.fields.get("plan_name"), None),
        "suspicion": "no_suspicion",
        "created_at": format_timestamp(lead.created_at),
        "promotion": promotion_shape(promotion, campaign, offer) if promotion else None,
        "promoter": promoter_shape(promoter),
    }


def promoter_signed_up(
    promoter: Promoter, promotions: Sequence[Shape], temp_password: str
) -> Shape:
    shape = dict(promoter_shape(promoter))
    return {
        "promoter": {
            **{
                name: shape.pop(name) for name in ("id", "status", "cust_id", "email", "created_at")
            },
            TEMP_PASSWORD: temp_password,
            **shape,
        },
        "promotions": [*promotions],
    }


def affiliate_created(promoter: Promoter) -> Shape:
    """Tell the company's readers of a promoter (W-15); their times have no milliseconds (W-2)."""
    profile = promoter.profile
    names = (profile.get("first_name"), profile.get("last_name"))
    return {
        "employee_id": promoter.number,
        "full_name": " ".join(str(name) for name in names if name),
        "email": promoter.email,
        "phone": _text_or(profile.get("phone"), None),
        "affiliate_code": promoter.default_ref_id,
        "is_approved_affiliate": promoter.status is PromoterStatus.ACTIVE,
        "created_date": format_second(promoter.created_at),
    }


def reward_created(reward: Reward, promoter: Promoter) -> Shape:
    return {
        "id": reward.number,
        "event_id": reward.conversion,
        "status": reward.status.value,
        "amount": reward.amount,
        "unit": reward.unit,
        "created_at": format_timestamp(reward.created_at),
        "conversion_amount": reward.conversion_amount,
        "tier_level": reward.tier_level,
        "lead": reward.lead,
        "promoter": promoter_shape(promoter),
        "promotion": reward.promotion,
    }


def fulfilment_pending(fulfilment: Fulfilment, promoter: Promoter) -> Shape:
    return {
        "id": fulfilment.number,
        "status": fulfilment.status.value,
        "amount": fulfilment.amount,
        "unit": fulfilment.unit,
        "created_at": format_timestamp(fulfilment.created_at),
        "has_issues": fulfilment.has_issues,
        "reward": fulfilment.offer,
        "promoter": promoter_shape(promoter),
        "campaign": fulfilment.campaign,
    }


def promoter_shape(promoter: Promoter) -> Shape:
    return {
        "id": promoter.number,
        "status": promoter.status.value,
        "cust_id": promoter.cust_id,
        "email": promoter.email,
        "created_at": format_timestamp(promoter.created_at),
        "default_ref_id": promoter.default_ref_id,
        "earnings_balance": _balance(promoter.earnings_balance),
        "current_balance": _balance(promoter.current_balance),
        "paid_balance": _balance(promoter.paid_balance),
        "profile": dict(promoter.profile),
    }


def promotion_shape(promotion: Promotion, campaign: Campaign, offer: Shape | None = None) -> Shape:
    """Describe a promotion, and what it pays where the document's sample says so (F-10, F-15)."""
    shape = {
        "id": promotion.number,
        "status": promotion.status.value,
        "ref_id": promotion.ref_id,
        "promoter_id": promotion.promoter,
        "campaign_id": campaign.number,
        "campaign_name": campaign.name,
        "referral_link": referral_link(campaign, promotion.ref_id),
    }
    return {**shape, "current_referral_reward": offer} if offer else shape


def lead_shape(lead: Lead) -> Shape:
    return {
        "id": lead.number,
        "state": lead.state.value,
        "email": lead.email or "",
        "customer_since": _time(lead.customer_since),
    }


def offer_shape(offer: Offer, campaign: Campaign) -> Shape:
    """Describe what a campaign pays, as a promotion does (F-10)."""
    first = offer.tiers[0]
    return {
        "id": offer.id or campaign.number,
        "amount": pieces(first.amount, offer.unit),
        "type": offer.type,
        "unit": offer.unit,
        "name": offer.name,
        "per_of_sale": first.per_of_sale,
    }


def offer_name_shape(offer: Offer, campaign: Campaign) -> Shape:
    """Name what a campaign pays, as a fulfilment does (F-18)."""
    id = offer.id or campaign.number
    return {"id": id, "type": offer.type, "unit": offer.unit, "name": offer.name}


def campaign_shape(campaign: Campaign) -> Shape:
    return {
        "id": campaign.number,
        "name": campaign.name,
        "landing_url": campaign.landing_url or "",
    }


def referral_link(campaign: Campaign, ref_id: str) -> str:
    """Make the link that brings a lead: the landing page with `_get` (F-10)."""
    if not campaign.landing_url:
        return ""
    page, hash, anchor = campaign.landing_url.partition("#")
    return f"{page}{'&' if '?' in page else '?'}_get={ref_id}{hash}{anchor}"


def _balance(balance: Balance) -> Balance | None:
    """Write a balance as the document does: null until there is something in it (F-14)."""
    return dict(balance) or None


def _text_or[Other](value: object, other: Other) -> str | Other:
    return value if isinstance(value, str) else other


def _time(instant: datetime | None) -> str | None:
    return format_timestamp(instant) if instant else None
