"""The act of an update_contact step: change the contact once, and tell what that changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partner_events.domain.contact import Contact
from partner_events.domain.contact_change import changed
from partner_events.domain.contact_values import (
    LONGEST_TAG,
    MOST_FIELDS,
    MOST_TAGS,
    contact_change,
)
from partner_events.domain.errors import Conflict, InvalidInput, Overtaken
from partner_events.domain.filling import fill
from partner_events.domain.ids import ContactId, TeamId, derived_uuid
from partner_events.domain.trigger import Reason
from partner_events.domain.workflow_steps import UpdateContactStep
from partner_events.ports import EffectDone
from partner_events.usecases.change_contact import saved
from partner_events.usecases.create_contact import TRIES, create_contact
from partner_events.usecases.step_ports import Act, Outcome


def update_contact(step: UpdateContactStep, act: Act) -> Outcome:
    """Change the execution's contact, or make one if it has none and the step says so.

    A repeat changes nothing, whatever others have changed since (the effect is committed with
    the change).
    """
    try:
        given = contact_change(fill(dict(step.set), act.context()))
    except ValueError as error:
        return Outcome.failed(f"invalid_{error}")
    try:
        contact = _change(step, given, act)
    except Conflict:
        return Outcome.failed("contact_conflict")  # an identity belongs to another contact
    except InvalidInput:
        return Outcome.failed("invalid_contact")
    except Overtaken:
        return Outcome(error="overtaken")
    if contact is None:
        return Outcome(skipped=Reason.NO_CONTACT)
    return Outcome(outputs={"contact_id": contact.id})


def _change(step: UpdateContactStep, given: Mapping[str, Any], act: Act) -> Contact | None:
    team, contacts = act.execution.team, act.ports.changes().contacts
    for _ in range(TRIES):
        current = act.contact() or (_meant(given, act) if step.create else None)
        if current is None:
            return _create(step, given, act) if step.create else None
        new = _changed(step, given, current, now=act.now)
        try:
            kept = saved(new, current, now=act.now, contacts=contacts, effect=act.effect)
        except EffectDone:
            return contacts.store.get(team, current.id)
        if kept is not None:
            return kept
    raise Overtaken("The contact is being changed by others")


def _meant(given: Mapping[str, Any], act: Act) -> Contact | None:
    """Find who has one of the identities that are set: nobody is made twice."""
    store, team = act.ports.changes().contacts.store, act.execution.team
    blank = _blank(team, ContactId(""), act.now)
    identities = changed(blank, given, now=act.now).identities
    holders = store.find(team, identities)
    found = next((holders[kind] for kind in identities if kind in holders), None)
    return store.get(team, found) if found else None


def _create(step: UpdateContactStep, given: Mapping[str, Any], act: Act) -> Contact:
    id = ContactId(derived_uuid("contact", act.effect))
    made = _changed(step, given, _blank(act.execution.team, id, act.now), now=act.now)
    return create_contact(made, now=act.now, contacts=act.ports.changes().contacts)


def _blank(team: TeamId, id: ContactId, now: datetime) -> Contact:
    return Contact(id=id, team=team, created_at=now, updated_at=now, revision=0)


def _changed(
    step: UpdateContactStep, given: Mapping[str, Any], current: Contact, *, now: datetime
) -> Contact:
    cleared = contact_change(dict.fromkeys(step.unset))
    fields = {**cleared.get("custom_fields", {}), **given.get("custom_fields", {})}
    tags = (current.tags | set(step.add_tags)) - set(step.remove_tags)
    said = {**cleared, **given, "tags": tags, **({"custom_fields": fields} if fields else {})}
    new = changed(current, said, now=now)
    if new is not current:
        _refuse_too_much(new)
    return new


def _refuse_too_much(contact: Contact) -> None:
    if len(contact.tags) > MOST_TAGS or any(not 1 <= len(t) <= LONGEST_TAG for t in contact.tags):
        raise InvalidInput("tags")
    if len(contact.custom_fields) > MOST_FIELDS:
        raise InvalidInput("custom_fields")
