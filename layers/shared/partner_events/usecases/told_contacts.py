"""Contacts whose coming and whose change of status the team hears of (D-43)."""

from dataclasses import dataclass, replace
from datetime import datetime

from partner_events.directory_ports import ContactStore, NumberSource
from partner_events.domain.contact import Contact
from partner_events.ports import Dispatcher
from partner_events.usecases.client_events import client_created, status_changed
from partner_events.usecases.own_events import announce


@dataclass(frozen=True, slots=True)
class ToldContacts:
    """The one way to write contacts: the event is committed with what it tells of, or neither.

    Contacts are told of by a number (`client_id`), which they get when they are made.
    """

    store: ContactStore
    numbers: NumberSource
    dispatcher: Dispatcher

    def add(self, contact: Contact, *, now: datetime) -> Contact:
        """Store a new contact, and return it with its number. Raises `AlreadyThere`."""
        numbered = self._numbered(contact)
        created = client_created(numbered)
        announce(created, now=now, dispatcher=self.dispatcher)
        self.store.add(numbered, told=[created])
        return numbered

    def save(
        self, contact: Contact, *, previous: Contact, now: datetime, effect: str | None = None
    ) -> Contact:
        """Replace `previous`, and return what is kept. Raises `AlreadyThere` or `EffectDone`."""
        if contact.status == previous.status:
            self.store.save(contact, previous=previous, effect=effect)
            return contact
        numbered = self._numbered(contact)
        changed = status_changed(numbered, previous=previous)
        announce(changed, now=now, dispatcher=self.dispatcher)
        self.store.save(numbered, previous=previous, told=[changed], effect=effect)
        return numbered

    def _numbered(self, contact: Contact) -> Contact:
        number = contact.number or self.numbers.next(contact.team)
        return replace(contact, number=number)
