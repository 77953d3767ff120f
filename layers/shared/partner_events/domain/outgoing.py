"""E-mails and text messages as they leave, and why one is held back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from partner_events.domain.contact import is_email
from partner_events.domain.ids import TeamId

_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>\s]+)>\s*")
_QUOTED = str.maketrans({'"': "'", "\\": ""})


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Blocked(StrEnum):
    """Why an address is on the suppression list."""

    BOUNCED = "bounced"  # nobody has it
    COMPLAINED = "complained"  # who has it called our mail spam
    UNSUBSCRIBED = "unsubscribed"  # from marketing; what they need to know they still get


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    team: TeamId
    to: str
    sender: str
    subject: str
    html: str | None = None
    text: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    to: str
    text: str
    transactional: bool


def sender_of(said: str, usual: str) -> str | None:
    """Write the From of an e-mail: its name is free, its address must be of the usual domain.

    The identities that may send are the operator's: a team may not borrow another's. None if
    `said` is no such address.
    """
    found = _NAMED.fullmatch(said)
    name, address = (found["name"], found["address"]) if found else ("", said.strip())
    if not is_email(address) or domain_of(address) != domain_of(address_in(usual)):
        return None
    if not address.isascii():
        return None
    plain = name.strip('"').translate(_QUOTED).strip()
    return f'"{plain}" <{address}>' if plain else address


def address_in(text: str) -> str:
    found = _NAMED.fullmatch(text)
    return found["address"] if found else text.strip()


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()
