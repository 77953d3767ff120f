"""Bring a lead to a campaign, and tell of it, and of the promoter who brought it (D-43)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import Campaign
from partner_events.domain.errors import Conflict, InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import Lead, check_fields
from partner_events.domain.promoter_event_names import LEAD_SIGNUP
from partner_events.domain.promoter_events import lead_signup, offer_shape
from partner_events.domain.reward import Offer
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads
from partner_events.payout_ports import PromoterStore
from partner_events.ports import AlreadyThere, Dispatcher
from partner_events.postback_ports import CampaignStore, LeadStore
from partner_events.usecases.attribute_lead import attribute_lead
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.usecases.client_events import lead_created
from partner_events.usecases.own_events import announce, own_event


def create_lead(
    sent: Mapping[str, Any],
    *,
    team: TeamId,
    new_transaction_id: str,
    now: datetime,
    campaigns: CampaignStore,
    leads: LeadStore,
    promoters: PromoterStore,
    numbers: NumberSource,
    dispatcher: Dispatcher,
) -> Lead:
    """Make a lead of a campaign, and tell of it (D-43). Raises `InvalidInput` or `Conflict`."""
    campaign = _campaign(team, sent["cid"], campaigns)
    fields = {name: value for name, value in sent.get("fields", {}).items() if value is not None}
    given = {**sent, "cid": campaign.cid, "fields": fields}
    given["transaction_id"] = sent.get("transaction_id") or new_transaction_id
    check_fields(given["fields"])
    number = numbers.next(team)
    lead = Lead(team=team, created_at=now, updated_at=now, number=number, **given)
    lead = lead.in_state(lead.state, now=now)
    brought = _signups(lead, campaign, campaigns=campaigns, promoters=promoters)
    told = [lead_created(lead), *brought]
    announce(*told, now=now, dispatcher=dispatcher)
    try:
        leads.add(lead, told=told)
    except AlreadyThere as error:
        there = leads.get(team, lead.transaction_id)
        if there is None or there.number != number:  # else it is ours, and the answer was lost
            raise Conflict("A lead with this transaction_id exists") from error
    return lead


def _signups(
    lead: Lead, campaign: Campaign, *, campaigns: CampaignStore, promoters: PromoterStore
) -> Sequence[Trigger]:
    """Make the event of a lead that a promoter brought (F-9); of another there is none."""
    found = attribute_lead(lead, campaigns=campaigns, promoters=promoters)
    if found is None:
        return ()
    offer = offer_shape(Offer.of(loads(campaign.reward)), campaign) if campaign.reward else None
    data = lead_signup(lead, found.promoter, found.promotion, campaign, offer)
    cause, team, now = lead.transaction_id, lead.team, lead.created_at
    return (own_event(LEAD_SIGNUP, cause, team=team, data=data, now=now),)


def _campaign(team: TeamId, cid: str, campaigns: CampaignStore) -> Campaign:
    try:
        return find_campaign_of(team, cid, campaigns=campaigns)
    except NotFound as error:
        raise InvalidInput("cid is no campaign of yours") from error
