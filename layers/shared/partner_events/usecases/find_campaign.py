"""Find the campaign of a lead, for a postback that names only the team (D-26)."""

from partner_events.directory_ports import TeamStore
from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import UnknownInPostback
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import LONGEST_TRANSACTION_ID
from partner_events.domain.postback import Postback
from partner_events.postback_ports import LeadStore

LONGEST_COMPANY_ID = 15  # digits
LONGEST_TEAM_ID = 64


def find_campaign(
    org_id: str, postback: Postback, *, teams: TeamStore, leads: LeadStore
) -> CampaignId:
    """`org_id` is the team's integer company id, or its id. Raises `UnknownInPostback`."""
    team = _find_team(org_id, teams)
    if team is None:
        raise UnknownInPostback("Invalid org_id")
    known = len(postback.transaction_id) <= LONGEST_TRANSACTION_ID
    lead = leads.get(team, postback.transaction_id) if known else None
    if lead is None:
        raise UnknownInPostback("Lead not found for this transaction_id")
    return lead.cid


def _find_team(org_id: str, teams: TeamStore) -> TeamId | None:
    if org_id.isascii() and org_id.isdigit():
        return teams.of_company(int(org_id)) if len(org_id) <= LONGEST_COMPANY_ID else None
    team = teams.get(TeamId(org_id)) if len(org_id) <= LONGEST_TEAM_ID else None
    return team.id if team else None
