"""Accept a partner event: any event type, about a contact that is known by id or by e-mail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from partner_events.domain.contact import Contact
from partner_events.domain.errors import NotFound
from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import ContactId, TeamId, TriggerId
from partner_events.domain.trigger import Trigger
from partner_events.ports import Dispatcher, TriggerStore
from partner_events.usecases.accept_event import Accepted, accept_event, earlier_answer
from partner_events.usecases.find_or_make_contact import find_or_make_contact
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.told_contacts import ToldContacts


@dataclass(frozen=True, slots=True)
class ContactReference:
    """Whom an event is about: the `id` if there is one, whatever the e-mail says (D-11)."""

    id: ContactId | None
    email: str | None


def send_partner_event(
    event: Event,
    *,
    about: ContactReference,
    id: TriggerId,
    new_contact_id: ContactId,
    idempotency: Idempotency | None,
    answer: Callable[[Trigger, str], JsonText],
    now: datetime,
    event_types: KnownEventTypes,
    contacts: ToldContacts,
    triggers: TriggerStore,
    dispatcher: Dispatcher,
) -> Accepted:
    """Find or make the contact, accept the event for it, and return the answer.

    A contact that was made stays even if the request dies after it: the repeat finds it.
    Raises `InvalidInput` for metadata that its type does not allow (D-42), `NotFound` for an id
    that the team does not have (E-10), or what `accept_event` does.
    """
    earlier = earlier_answer(idempotency, now=now, triggers=triggers)
    if earlier is not None:
        return earlier
    event = _fitting(event, event_types, now)
    contact = _contact(about, event.team, new_contact_id, now=now, contacts=contacts)
    event = replace(
        event,
        contact_id=contact.id,
        professional_id=event.professional_id or contact.professional_id,  # E-12, E-13
    )
    return accept_event(
        Trigger.accept(event, id=id, now=now, trigger_at=None),
        idempotency=idempotency,
        answer=answer,
        now=now,
        triggers=triggers,
        dispatcher=dispatcher,
    )


def _fitting(event: Event, event_types: KnownEventTypes, now: datetime) -> Event:
    """Check the metadata against the type's schema, if there is one.

    For a built-in type it is the data: subscribers hear of it in the documented shape.
    """
    found = event_types.check_if_known(
        event.team, event.name, event.metadata, called="metadata", now=now
    )
    return replace(event, data=event.metadata) if found and found.builtin else event


def _contact(
    about: ContactReference,
    team: TeamId,
    new_id: ContactId,
    *,
    now: datetime,
    contacts: ToldContacts,
) -> Contact:
    if about.id is not None:
        found = contacts.store.get(team, about.id)
    else:
        assert about.email is not None
        found = find_or_make_contact(about.email, team=team, id=new_id, now=now, contacts=contacts)
    if found is None:
        raise NotFound("Contact not found")
    return found
