"""Set up leads: change one, find the one that a team means."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from partner_events.domain.errors import Conflict, NotFound
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import LONGEST_TRANSACTION_ID, Lead
from partner_events.ports import AlreadyThere
from partner_events.postback_ports import LeadStore


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


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
