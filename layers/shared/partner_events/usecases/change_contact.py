"""Change what is given of a contact: whoever else is at it, no change is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.contact_change import changed
from partner_events.domain.errors import NotFound, Overtaken
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.create_contact import OVERTAKEN, TRIES, refuse
from partner_events.usecases.told_contacts import ToldContacts


def change_contact(
    id: ContactId,
    given: Mapping[str, Any],
    *,
    team: TeamId,
    now: datetime,
    contacts: ToldContacts,
) -> Contact:
    """Raises `NotFound`, `InvalidInput`, `Conflict` naming who has an identity, or `Overtaken`."""
    for _ in range(TRIES):
        current = contacts.store.get(team, id)
        if current is None:
            raise NotFound("Contact not found")
        kept = saved(changed(current, given, now=now), current, now=now, contacts=contacts)
        if kept is not None:
            return kept
    raise Overtaken(OVERTAKEN)


def saved(
    new: Contact,
    current: Contact,
    *,
    now: datetime,
    contacts: ToldContacts,
    effect: str | None = None,
) -> Contact | None:
    """Save a change if it is one; None if somebody was faster.

    Raises `Conflict`, or `EffectDone` if the change was saved before under this `effect`.
    """
    if new is current:
        return current
    refuse(new, contacts.store)
    try:
        return contacts.save(new, previous=current, now=now, effect=effect)
    except AlreadyThere:
        return None
