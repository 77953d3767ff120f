"""POST /api/v1/partner/contacts on the wire (D-15)."""

from collections.abc import Mapping
from typing import Any, TypedDict

from partner_events.domain.contact import Contact
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.contact_fields import Email, ExternalId, Name, Uuid


class PutPartnerContactRequest(Body):
    email: Email
    name: Name | None = None
    professional_id: Uuid | None = None
    external_id: ExternalId | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        return self.model_dump(exclude_none=True)


class PartnerContactReply(TypedDict):
    id: str
    email: str | None
    name: str | None
    professional_id: str | None
    external_id: str | None
    created_at: str


def partner_contact_reply(contact: Contact) -> PartnerContactReply:
    return {
        "id": contact.id,
        "email": contact.email,
        "name": contact.name,
        "professional_id": contact.professional_id,
        "external_id": contact.external_id,
        "created_at": format_timestamp(contact.created_at),
    }
