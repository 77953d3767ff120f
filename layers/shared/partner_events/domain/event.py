"""What a partner said happened: immutable from the moment it is accepted."""

import re
from dataclasses import dataclass, field, replace
from typing import NewType, Self

from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.ids import ContactId, TeamId, TriggerId

JsonText = NewType("JsonText", str)
"""One JSON value as text, kept as it came."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
EMPTY = JsonText("{}")
LONGEST_TYPE = 256  # characters of a partner event's type, which may be any text (D-12)


def is_event_name(text: str) -> bool:
    """Tell whether an event type may carry this name: 1 to 128 letters, digits, `_ . : -`."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Audience:
    """The contacts that have all of `tags`; without tags it is everybody (S-40)."""

    tags: frozenset[str] = frozenset()

    def includes(self, contact: Contact) -> bool:
        return self.tags <= contact.tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The JSON objects among these are kept as text, so that no digit is lost (D-2).

    `data` and `metadata` are told to every subscriber. `variables` and the contact's details
    are for workflows only: they may hold reset codes and personal data. `contact_id` names a
    contact that was found or made when the event was accepted; then `contact` says nothing.
    `workflow` is the key of the one workflow that was asked for directly, and
    `channel_variables` stand before the variables in the steps of their channel (S-40). With an
    `audience` it runs for each contact of that, and the event itself is about nobody.
    An event that a workflow made has a `depth`: so many events led to it, the first being `root`.
    """

    team: TeamId
    name: str
    data: JsonText = EMPTY
    variables: JsonText = EMPTY
    source: JsonText = EMPTY
    contact: ContactDetails = field(default_factory=ContactDetails)
    contact_id: ContactId | None = None
    professional_id: str | None = None
    metadata: JsonText = EMPTY
    workflow: str | None = None
    channel_variables: JsonText = EMPTY
    audience: Audience | None = None
    depth: int = 0
    root: TriggerId | None = None

    def of_workflow(self, key: str) -> Self:
        return replace(self, workflow=key)
