"""How contacts and leads are told of, in the documented shapes (W-8, W-9, W-10, D-43).

What nobody told us is null (W-6). Nobody here has employees or status numbers.
"""

from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.lead import Lead
from partner_events.domain.timestamps import format_second
from partner_events.domain.trigger import Trigger
from partner_events.usecases.own_events import own_event

CLIENT_CREATED = "client.created"
STATUS_CHANGED = "client.status_changed"
LEAD_CREATED = "lead.created"


def client_created(contact: Contact) -> Trigger:
    first_name, last_name = _names(contact.first_name, contact.last_name, contact.name)
    data = {
        "client_id": contact.number,
        "first_name": first_name,
        "last_name": last_name,
        "email": contact.email,
        "phone": contact.phone,
        "status": contact.status,
        "status_id": None,
        "employee_id": None,
        "employee_name": None,
        "affiliate_id": None,
        "created_date": format_second(contact.created_at),
    }
    return own_event(
        CLIENT_CREATED,
        contact.id,
        team=contact.team,
        data=data,
        now=contact.created_at,
        contact_id=contact.id,
    )


def status_changed(contact: Contact, *, previous: Contact) -> Trigger:
    """Tell of the change that led to this revision of the contact."""
    data = {
        "client_id": contact.number,
        "previous_status": previous.status,
        "new_status": contact.status,
        "changed_date": format_second(contact.updated_at),
        "changed_by_employee_id": None,
        "status_note": None,
    }
    return own_event(
        STATUS_CHANGED,
        contact.id,
        str(contact.revision),
        team=contact.team,
        data=data,
        now=contact.updated_at,
        contact_id=contact.id,
    )


def lead_created(lead: Lead) -> Trigger:
    said = {name: _text(lead.fields.get(name)) for name in ("first_name", "last_name", "name")}
    first_name, last_name = _names(said["first_name"], said["last_name"], said["name"])
    data = {
        "client_id": lead.number,
        "first_name": first_name,
        "last_name": last_name,
        "email": lead.email,
        "phone": _text(lead.fields.get("phone")),
        "status": lead.state.value,
        "status_id": None,
        "source": lead.pid,
        "created_date": format_second(lead.created_at),
    }
    return own_event(
        LEAD_CREATED, lead.transaction_id, team=lead.team, data=data, now=lead.created_at
    )


def _names(first: str | None, last: str | None, whole: str | None) -> tuple[str | None, str | None]:
    """Take the first word of a whole name for the first name, if that is all there is."""
    if first or last or not whole:
        return first, last
    head, _, rest = whole.strip().partition(" ")
    return head or None, rest.strip() or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
