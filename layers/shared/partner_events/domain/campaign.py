"""Campaigns: where leads come in, which events may be fired for them, and from which sources."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import NewType

from partner_events.domain.event import JsonText
from partner_events.domain.ids import TeamId

CampaignId = NewType("CampaignId", str)

ORGANIC = "organic"  # the source of a lead that no partner sent (P-8); it always exists (D-22)
RESERVED = frozenset({"trigger", "global"})  # routes of the same shape would shadow them (P-C1)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Switch(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`sealed_secret` is there if postbacks must be signed (D-29); `number` is its integer id."""

    cid: CampaignId
    number: int
    team: TeamId
    name: str
    created_at: datetime
    updated_at: datetime
    status: Switch = Switch.ACTIVE
    landing_url: str | None = None
    reward: JsonText | None = None
    sealed_secret: bytes | None = None
    allowed_addresses: tuple[str, ...] = ()
    requests_per_minute: int | None = None
    revision: int = 1

    def lets_in(self, address: str) -> bool:
        """Tell whether a postback may come from this address: any may, unless some are named."""
        if not self.allowed_addresses:
            return True
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in ip_network(each, strict=False) for each in self.allowed_addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEvent:
    """An event that may be fired; `repeats` is `isDuplicate` on the wire (P-26)."""

    cid: CampaignId
    event_id: str
    name: str
    conversion: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    cid: CampaignId
    pid: str
    name: str
    status: Switch = Switch.ACTIVE
    promoter_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that decides whether an event may be fired, as it stood at one moment."""

    campaign: Campaign
    event: CampaignEvent | None
    source: Source | None


def is_campaign_id(text: str) -> bool:
    return is_id(text) and text.casefold() not in RESERVED


def is_id(text: str) -> bool:
    """Tell whether a campaign or a source may carry this id."""
    return _ID.fullmatch(text) is not None


def is_network(text: str) -> bool:
    """Tell whether an allow-list may name this: an address, or a block of them."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def built_in(cid: CampaignId, pid: str) -> Source | None:
    """Find a source that nobody has to register (D-22)."""
    return Source(cid=cid, pid=ORGANIC, name="Organic") if pid == ORGANIC else None
