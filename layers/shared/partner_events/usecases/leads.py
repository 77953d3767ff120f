"""Set up leads: make one, change one, find the one that a team means."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import Campaign
from partner_events.domain.errors import Conflict, InvalidInput, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import LONGEST_TRANSACTION_ID, Lead, check_fields
from partner_events.payout_ports import PromoterStore
from partner_events.ports import AlreadyThere, Dispatcher
from partner_events.postback_ports import CampaignStore, LeadStore
from partner_events.usecases.campaigns import find_campaign_of
from partner_events.usecases.client_events import lead_created
from partner_events.usecases.lead_signup import signups
from partner_events.usecases.own_events import announce


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
    given = {**sent, "cid": campaign.cid, "fields": _known(sent.get("fields", {}))}
    given["transaction_id"] = sent.get("transaction_id") or new_transaction_id
    check_fields(given["fields"])
    number = numbers.next(team)
    lead = Lead(team=team, created_at=now, updated_at=now, number=number, **given)
    lead = lead.in_state(lead.state, now=now)
    told = [lead_created(lead), *signups(lead, campaign, campaigns=campaigns, promoters=promoters)]
    announce(*told, now=now, dispatcher=dispatcher)
    try:
        leads.add(lead, told=told)
    except AlreadyThere as error:
        there = leads.get(team, lead.transaction_id)
        if there is None or there.number != number:  # else it is ours, and the answer was lost
            raise Conflict("A lead with this transaction_id exists") from error
    return lead


def change_lead(
    transaction_id: str, sent: Mapping[str, Any], *, team: TeamId, now: datetime, leads: LeadStore
) -> Lead:
    """Change what was sent; of the fields, those that were. Raises `NotFound` or `Conflict`."""
    lead = find_lead(team, transaction_id, leads=leads)
    fields = _known({**lead.fields, **sent.get("fields", {})})
    said = replace(lead, **{**sent, "fields": fields})
    changed = lead.changed_to(said.in_state(said.state, now=now), now=now)
    if changed is lead:
        return lead
    try:
        leads.save(changed, previous=lead)
    except AlreadyThere as error:
        raise Conflict("The lead was changed meanwhile") from error
    return changed


def find_lead(team: TeamId, transaction_id: str, *, leads: LeadStore) -> Lead:
    known = len(transaction_id) <= LONGEST_TRANSACTION_ID
    lead = leads.get(team, transaction_id) if known else None
    if lead is None:
        raise NotFound("Lead not found")
    return lead


def _campaign(team: TeamId, cid: str, campaigns: CampaignStore) -> Campaign:
    try:
        return find_campaign_of(team, cid, campaigns=campaigns)
    except NotFound as error:
        raise InvalidInput("cid is no campaign of yours") from error


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
