"""Change what is given of a contact: whoever else is at it, no change is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact
from partner_events.domain.contact_change import changed
from partner_events.domain.errors import NotFound, Overtaken
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.create_contact import OVERTAKEN, TRIES, refuse


def change_contact(
    id: ContactId,
    given: Mapping[str, Any],
    *,
    team: TeamId,
    now: datetime,
    contacts: ContactStore,
) -> Contact:
    """Raises `NotFound`, `InvalidInput`, `Conflict` naming who has an identity, or `Overtaken`."""
    for _ in range(TRIES):
        current = contacts.get(team, id)
        if current is None:
            raise NotFound("Contact not found")
        new = changed(current, given, now=now)
        if new is current or saved(new, current, contacts):
            return new
    raise Overtaken(OVERTAKEN)


def saved(new: Contact, current: Contact, contacts: ContactStore) -> bool:
    """Save a change, or tell that somebody was faster. Raises `Conflict` or `InvalidInput`."""
    refuse(new, contacts)
    try:
        contacts.save(new, previous=current)
    except AlreadyThere:
        return False
    return True
