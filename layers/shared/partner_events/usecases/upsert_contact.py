"""Find or make the contact an event is about, and learn what the event says of it (D-32)."""

from datetime import datetime, timedelta

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.errors import TryLater
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.told_contacts import ToldContacts

TRIES = 4  # each lost race means that somebody else got through


def upsert_contact(
    details: ContactDetails, *, team: TeamId, id: ContactId, now: datetime, contacts: ToldContacts
) -> Contact | None:
    """Return the event's contact, made with `id` if nobody has its external id, e-mail or phone.

    An identifier that belongs to somebody else stays theirs. Raises `TryLater` if other
    writers were faster every time.
    """
    if not details.identities:
        return None
    for _ in range(TRIES):
        try:
            return _upsert_once(details, team=team, id=id, now=now, contacts=contacts)
        except AlreadyThere:
            continue
    raise TryLater("The contact is being changed by others", after=timedelta(seconds=1))


def _upsert_once(
    details: ContactDetails, *, team: TeamId, id: ContactId, now: datetime, contacts: ToldContacts
) -> Contact:
    holders = contacts.store.find(team, details.identities)
    known = next((holders[kind] for kind in details.identities if kind in holders), None)
    current = contacts.store.get(team, known) if known else None
    if current is None:
        return contacts.add(Contact.of(details, id=id, team=team, now=now), now=now)
    theirs = {kind for kind, holder in holders.items() if holder != current.id}
    learnt = current.told(details.without(theirs), now=now)
    return current if learnt is current else contacts.save(learnt, previous=current, now=now)
