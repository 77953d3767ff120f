"""Find the one contact of an e-mail, or make it: however many ask at once, there is one (D-12)."""

from datetime import datetime

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.errors import Overtaken
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.told_contacts import ToldContacts

TRIES = 4  # each lost race means that somebody else got through


def find_or_make_contact(
    email: str, *, team: TeamId, id: ContactId, now: datetime, contacts: ToldContacts
) -> Contact:
    """Return the contact as it stands, without learning anything from the e-mail's spelling.

    Raises `Overtaken` if others made and removed it faster every time.
    """
    details = ContactDetails(email=email)
    for _ in range(TRIES):
        holder = contacts.store.find(team, details.identities).get("email")
        known = contacts.store.get(team, holder) if holder else None
        if known is not None:
            return known
        made = Contact.of(details, id=id, team=team, now=now)
        try:
            return contacts.add(made, now=now)
        except AlreadyThere:
            continue
    raise Overtaken("The contact is being changed by others, try again")
