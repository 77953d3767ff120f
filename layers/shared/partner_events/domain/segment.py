"""Segments: contacts that a rule holds for, found out anew each time somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.ids import TeamId
from partner_events.domain.rules import Rule
from partner_events.domain.timestamps import format_timestamp

ROOTS = ("contact", "now")  # what the variables of a segment's rule may begin with


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    team: TeamId
    key: str
    name: str
    rule: Rule
    created_at: datetime
    updated_at: datetime


def memberships(
    contact: Contact | None, segments: Sequence[Segment], *, now: datetime
) -> frozenset[str]:
    """Name those of the segments that the contact is in."""
    if contact is None or not segments:
        return frozenset()
    facts = facts_of(contact, now=now)
    return frozenset(segment.key for segment in segments if segment.rule.holds(facts))


def facts_of(contact: Contact, *, now: datetime) -> dict[str, Any]:
    """Write what rules know of a contact, in the words of the contacts API."""
    return {
        "contact": {
            "id": contact.id,
            "external_id": contact.external_id,
            "email": contact.email,
            "phone": contact.phone,
            "name": contact.name,
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "tags": sorted(contact.tags),
            "custom_fields": dict(contact.custom_fields),
            "status": contact.status,
            "professional_id": contact.professional_id,
            "timezone": contact.timezone,
            "consent": {"email": contact.consent.email, "sms": contact.consent.sms},
            "created_at": format_timestamp(contact.created_at),
            "updated_at": format_timestamp(contact.updated_at),
        },
        "now": format_timestamp(now),
    }
