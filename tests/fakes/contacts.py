"""Contacts in memory."""

from collections.abc import Mapping, Sequence

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.page import Page
from partner_events.domain.trigger import Trigger
from partner_events.ports import AlreadyThere
from partner_events.usecases.told_contacts import ToldContacts
from tests.fakes.directory import InMemoryDirectory, InMemoryNumberSource
from tests.fakes.dispatcher import RecordingDispatcher
from tests.fakes.triggers import InMemoryTriggers


def told_contacts(store: ContactStore) -> ToldContacts:
    """Write to the store with a number and an event for each contact, which nobody runs."""
    return ToldContacts(store, InMemoryNumberSource(InMemoryDirectory()), RecordingDispatcher())


class InMemoryContactStore:
    def __init__(self, triggers: InMemoryTriggers | None = None) -> None:
        self._triggers = triggers or InMemoryTriggers()
        self._contacts: dict[tuple[TeamId, ContactId], Contact] = {}
        self._holders: dict[tuple[TeamId, str, str], ContactId] = {}

    @property
    def all_contacts(self) -> list[Contact]:
        return list(self._contacts.values())

    def find(self, team: TeamId, identities: Mapping[str, str]) -> Mapping[str, ContactId]:
        holders = {kind: self._holders.get((team, kind, of)) for kind, of in identities.items()}
        return {kind: holder for kind, holder in holders.items() if holder is not None}

    def get(self, team: TeamId, id: ContactId) -> Contact | None:
        return self._contacts.get((team, id))

    def add(self, contact: Contact, *, told: Sequence[Trigger] = ()) -> None:
        if self.get(contact.team, contact.id) is not None:
            raise AlreadyThere(contact.id)
        self._put(contact, {})
        self._triggers.add_new(told)

    def save(
        self,
        contact: Contact,
        *,
        previous: Contact,
        told: Sequence[Trigger] = (),
        effect: str | None = None,
    ) -> None:
        effects = [effect] if effect else []
        self._triggers.refuse(effects)
        standing = self.get(contact.team, contact.id)
        if standing is None or standing.revision != previous.revision:
            raise AlreadyThere(contact.id)
        self._put(contact, previous.identities)
        self._triggers.add_new(told, effects)

    def delete(self, contact: Contact) -> None:
        standing = self.get(contact.team, contact.id)
        if standing is None or standing.revision != contact.revision:
            raise AlreadyThere(contact.id)
        del self._contacts[contact.team, contact.id]
        for kind, value in contact.identities.items():
            self._holders.pop((contact.team, kind, value), None)

    def list(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        tag: str | None = None,
        status: str | None = None,
    ) -> Page[Contact]:
        if cursor is not None and not cursor.startswith("after:"):
            raise InvalidInput("cursor is not one that this list returned")
        after = cursor.removeprefix("after:") if cursor else ""
        found = [
            contact
            for (of, id), contact in sorted(self._contacts.items())
            if of == team and id > after
            if (tag is None or tag in contact.tags) and status in (None, contact.status)
        ]
        more = len(found) > limit
        return Page(found[:limit], f"after:{found[limit - 1].id}" if more else None)

    def _put(self, contact: Contact, previous: Mapping[str, str]) -> None:
        team, identities = contact.team, contact.identities
        if set(self.find(team, identities).values()) - {contact.id}:
            raise AlreadyThere(contact.id)
        for kind, value in previous.items():
            self._holders.pop((team, kind, value), None)
        self._holders |= {(team, kind, value): contact.id for kind, value in identities.items()}
        self._contacts[team, contact.id] = contact
