"""Leave marketing by the link of an e-mail: no login, and no more than that one click."""

from contextlib import suppress
from datetime import datetime

from partner_events.domain.errors import DomainError, NotFound
from partner_events.domain.outgoing import Blocked
from partner_events.domain.unsubscribe import Unsubscribe
from partner_events.message_ports import SuppressionList
from partner_events.ports import SecretBox
from partner_events.usecases.change_contact import change_contact
from partner_events.usecases.told_contacts import ToldContacts


def find_unsubscribe(token: str, *, secrets: SecretBox) -> Unsubscribe:
    """Read a link's token. Raises `NotFound` for one that we did not make."""
    leaving = Unsubscribe.read(token, secrets.pepper())
    if leaving is None:
        raise NotFound("This link is not one of ours")
    return leaving


def unsubscribe(
    leaving: Unsubscribe,
    *,
    now: datetime,
    suppressed: SuppressionList,
    contacts: ToldContacts,
) -> None:
    """Write to the address no more, and note on the contact that they refuse. Repeatable.

    What is on the list counts, so a contact that is gone, or that others are changing, is no
    reason to say no to somebody who leaves.
    """
    suppressed.add(leaving.team, leaving.channel, leaving.address, Blocked.UNSUBSCRIBED, now=now)
    if leaving.contact is None:
        return
    refusing = {"consent": {leaving.channel.value: False}}
    with suppress(DomainError):
        change_contact(leaving.contact, refusing, team=leaving.team, now=now, contacts=contacts)
