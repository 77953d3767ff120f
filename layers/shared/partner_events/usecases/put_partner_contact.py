"""Create a contact or update the one that is meant: by external id, then by e-mail (D-15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.contact_change import changed
from partner_events.domain.errors import Conflict, Overtaken
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.change_contact import saved
from partner_events.usecases.create_contact import OVERTAKEN, TRIES
from partner_events.usecases.told_contacts import ToldContacts


def put_partner_contact(
    given: Mapping[str, Any],
    *,
    team: TeamId,
    id: ContactId,
    now: datetime,
    contacts: ToldContacts,
) -> tuple[Contact, bool]:
    """Return the contact, and whether it was made with `id`.

    Raises `Conflict`, naming the contact that has the e-mail: when the external id leads to
    another contact, or is new while the e-mail's contact has a different one.
    """
    for _ in range(TRIES):
        current = _meant(given, team, contacts.store)
        if current is None:
            made = Contact(id=id, team=team, created_at=now, updated_at=now, **given)
            kept = _added(made, now=now, contacts=contacts)
        else:
            new = changed(current, given, now=now)
            kept = saved(new, current, now=now, contacts=contacts)
        if kept is not None:
            return kept, kept.id == id
    raise Overtaken(OVERTAKEN)


def _meant(given: Mapping[str, Any], team: TeamId, contacts: ContactStore) -> Contact | None:
    details = ContactDetails(external_id=given.get("external_id"), email=given["email"])
    holders = contacts.find(team, details.identities)
    holder = holders.get("external_id", holders.get("email"))
    found = contacts.get(team, holder) if holder else None
    if found and details.external_id and found.external_id not in (None, details.external_id):
        raise Conflict(f"This email belongs to contact {found.id}, which has another external_id")
    return found


def _added(contact: Contact, *, now: datetime, contacts: ToldContacts) -> Contact | None:
    try:
        return contacts.add(contact, now=now)
    except AlreadyThere:
        return None
