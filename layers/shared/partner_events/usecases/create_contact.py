"""Create a contact whose external id, e-mail and phone nobody else has."""

from datetime import datetime

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact
from partner_events.domain.errors import Conflict, InvalidInput, Overtaken
from partner_events.jsontext import dumps
from partner_events.ports import AlreadyThere
from partner_events.usecases.told_contacts import ToldContacts

TRIES = 4  # each lost race means that somebody else got through
OVERTAKEN = "The contact is being changed by others, try again"
LARGEST_FIELDS = 64 * 1024  # bytes of custom fields, well within a row


def create_contact(contact: Contact, *, now: datetime, contacts: ToldContacts) -> Contact:
    """Raises `InvalidInput`, `Overtaken`, or `Conflict` naming who has an identity (D-15)."""
    for _ in range(TRIES):
        refuse(contact, contacts.store)
        try:
            return contacts.add(contact, now=now)
        except AlreadyThere:
            ours = contacts.store.get(contact.team, contact.id)
            if ours is not None:  # ids are random: it was our own write, whose answer was lost
                return ours
    raise Overtaken(OVERTAKEN)


def refuse(contact: Contact, contacts: ContactStore) -> None:
    """Refuse what cannot be stored: too much of it, or an identity of another contact."""
    if len(dumps(dict(contact.custom_fields)).encode()) > LARGEST_FIELDS:
        raise InvalidInput(f"custom_fields may hold at most {LARGEST_FIELDS // 1024} KB")
    for kind, holder in contacts.find(contact.team, contact.identities).items():
        if holder != contact.id:
            raise Conflict(f"This {kind} belongs to contact {holder}")
