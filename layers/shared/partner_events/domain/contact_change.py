"""What a caller may change of a contact: what is given changes, everything else stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from partner_events.domain.contact import USUAL_STATUS, Consent, Contact
from partner_events.domain.errors import InvalidInput


def changed(contact: Contact, given: Mapping[str, Any], *, now: datetime) -> Contact:
    """Change the given fields; None clears one. Custom fields merge, and None removes one.

    Returns this very contact when nothing changes. Raises `InvalidInput` when no identity
    would be left: nobody could find the contact again.
    """
    values = {name: _merged(contact, name, value) for name, value in given.items()}
    new = replace(contact, **values)
    if not new.identities:
        raise InvalidInput("one of external_id, email, phone is required")
    if new == contact:
        return contact
    return replace(new, updated_at=now, revision=contact.revision + 1)


def _merged(contact: Contact, name: str, value: Any) -> Any:
    match name:
        case "tags":
            return frozenset(value or ())
        case "status":
            return value or USUAL_STATUS
        case "consent":
            return replace(contact.consent, **value) if value else Consent()
        case "custom_fields":
            both = {**contact.custom_fields, **value} if value else {}
            return {field: each for field, each in both.items() if each is not None}
    return value
