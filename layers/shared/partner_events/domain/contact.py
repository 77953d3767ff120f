"""Contacts: whom an event is about, and how an event's words change what we know of them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from partner_events.domain.ids import ContactId, TeamId

USUAL_STATUS = "active"
LONGEST_EMAIL = 254  # characters, as SMTP has it
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def is_email(text: str) -> bool:
    """Tell whether a contact may have this e-mail address."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What an event says about its contact (S-7): `None` means that it says nothing."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identities(self) -> dict[str, str]:
        """Name the identifiers in the order in which they find a contact (D-32)."""
        return _identities(self.external_id, self.email, self.phone)

    def without(self, identities: Collection[str]) -> Self:
        """Forget identifiers, since they are somebody else's."""
        nothing: dict[str, Any] = dict.fromkeys(identities)
        return replace(self, **nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Whether the contact agreed to be written to; None if nobody has asked."""

    email: bool | None = None
    sms: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`number` is the contact's integer id for the formats that need one (D-41, W-8)."""

    id: ContactId
    team: TeamId
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    tags: frozenset[str] = frozenset()
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    first_name: str | None = None
    last_name: str | None = None
    status: str = USUAL_STATUS
    professional_id: str | None = None
    timezone: str | None = None
    consent: Consent = Consent()
    number: int | None = None
    revision: int = 1

    @classmethod
    def of(cls, details: ContactDetails, *, id: ContactId, team: TeamId, now: datetime) -> Self:
        return cls(
            id=id,
            team=team,
            external_id=details.external_id,
            email=details.email,
            phone=details.phone,
            name=details.name,
            custom_fields=details.custom_fields,
            created_at=now,
            updated_at=now,
        )

    @property
    def identities(self) -> dict[str, str]:
        return _identities(self.external_id, self.email, self.phone)

    def told(self, details: ContactDetails, *, now: datetime) -> Self:
        """Learn from an event: given fields replace, custom fields merge (D-32).

        An external id is never replaced, since it is the partner's own stable name for the
        contact. Returns this very contact when there is nothing new.
        """
        learnt = replace(
            self,
            external_id=self.external_id or details.external_id,
            email=details.email or self.email,
            phone=details.phone or self.phone,
            name=details.name or self.name,
            custom_fields={**self.custom_fields, **details.custom_fields},
        )
        if learnt == self:
            return self
        return replace(learnt, updated_at=now, revision=self.revision + 1)


def _identities(external_id: str | None, email: str | None, phone: str | None) -> dict[str, str]:
    found = {
        "external_id": external_id,
        "email": email and email.strip().casefold(),  # compared without case, stored as given (D-3)
        "phone": phone,
    }
    return {kind: value for kind, value in found.items() if value}
