"""Contacts on the wire of the management API (contract 7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from partner_events.domain.contact import Contact
from partner_events.domain.contact_change import changed
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.contact_fields import (
    CustomFields,
    Email,
    ExternalId,
    Name,
    Phone,
    Status,
    Tags,
    Uuid,
    Zone,
)


class ConsentFields(Body):
    email: bool | None = None
    sms: bool | None = None


class ContactRequest(Body):
    """What may be said of a contact, whether it is created or changed."""

    external_id: ExternalId | None = None
    email: Email | None = None
    phone: Phone | None = None
    name: Name | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    tags: Tags | None = None
    custom_fields: CustomFields | None = None
    status: Status | None = None
    professional_id: Uuid | None = None
    timezone: Zone | None = None
    consent: ConsentFields | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        """Return the fields that were sent, null among them, and no others."""
        return self.model_dump(exclude_unset=True)

    def to_contact(self, id: str, *, team: TeamId, now: datetime) -> Contact:
        blank = Contact(id=ContactId(id), team=team, created_at=now, updated_at=now, revision=0)
        return changed(blank, self.given, now=now)


class ConsentReply(TypedDict):
    email: bool | None
    sms: bool | None


class ContactReply(TypedDict):
    id: str
    external_id: str | None
    email: str | None
    phone: str | None
    name: str | None
    first_name: str | None
    last_name: str | None
    tags: list[str]
    custom_fields: dict[str, Any]
    status: str | None
    professional_id: str | None
    timezone: str | None
    consent: ConsentReply
    created_at: str
    updated_at: str


def contact_reply(contact: Contact) -> ContactReply:
    return {
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
    }
