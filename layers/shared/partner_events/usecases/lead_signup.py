"""Tell of a lead that a promoter brought, when it comes into being (F-9, D-43)."""

from collections.abc import Sequence

from partner_events.domain.campaign import Campaign
from partner_events.domain.lead import Lead
from partner_events.domain.promoter_event_names import LEAD_SIGNUP
from partner_events.domain.promoter_events import (
    lead_signup,
    offer_shape,
)
from partner_events.domain.reward import Offer
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads
from partner_events.payout_ports import PromoterStore
from partner_events.postback_ports import CampaignStore
from partner_events.usecases.attribute_lead import attribute_lead
from partner_events.usecases.own_events import own_event


def signups(
    lead: Lead, campaign: Campaign, *, campaigns: CampaignStore, promoters: PromoterStore
) -> Sequence[Trigger]:
    """Make the event of a lead that has a promoter; of another there is none."""
    found = attribute_lead(lead, campaigns=campaigns, promoters=promoters)
    if found is None:
        return ()
    offer = offer_shape(Offer.of(loads(campaign.reward)), campaign) if campaign.reward else None
    data = lead_signup(lead, found.promoter, found.promotion, campaign, offer)
    cause, team, now = lead.transaction_id, lead.team, lead.created_at
    return (own_event(LEAD_SIGNUP, cause, team=team, data=data, now=now),)
