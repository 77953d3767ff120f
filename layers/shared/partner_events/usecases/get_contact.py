"""Find a contact of the team."""

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact
from partner_events.domain.errors import NotFound
from partner_events.domain.ids import ContactId, TeamId


def get_contact(id: str, *, team: TeamId, contacts: ContactStore) -> Contact:
    """Return the team's contact; another team's is `NotFound` like one that never was."""
    contact = contacts.get(team, ContactId(id))
    if contact is None:
        raise NotFound("Contact not found")
    return contact
