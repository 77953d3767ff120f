"""What the steps that change contacts and leads need."""

from dataclasses import dataclass

from partner_events.postback_ports import LeadStore
from partner_events.usecases.told_contacts import ToldContacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePorts:
    contacts: ToldContacts
    leads: LeadStore
