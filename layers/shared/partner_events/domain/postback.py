"""Postbacks: an event fired for a lead, from a landing page or a partner's server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from partner_events.domain.campaign import CampaignEvent, CampaignId
from partner_events.domain.errors import FieldProblem, InvalidRevenue
from partner_events.domain.lead import Conversion, CostOperation, Lead, Money, is_amount
from partner_events.domain.trigger import Trigger

LOCKED_FOR = timedelta(seconds=2)  # one event of one transaction (P-28)

# Standard time all year round (P-38): no daylight saving, so no time zone database.
ZONES = {
    "PST": -8,
    "EST": -5,
    "CST": -6,
    "MST": -7,
    "AKST": -9,
    "SST": -11,
    "HST": -10,
    "AST": -4,
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Where a postback came from, and what its signature would cover."""

    address: str
    signature: str | None
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Postback:
    """What a caller says: `revenue` is unchecked, since whether it is needed is the event's.

    `fields` are good; `invalid` says of the others what is wrong with them (D-24).
    """

    event_id: str
    transaction_id: str
    pid: str
    revenue: Any = None
    revenue_field: str = "revenue"
    fields: Mapping[str, Any] = field(default_factory=dict)
    invalid: Mapping[str, str] = field(default_factory=dict)
    cost: Money | None = None
    cost_operation: CostOperation = CostOperation.OVERRIDE
    conversion_date: str | None = None
    conversion_timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringKey:
    """What a lock and a repetition are told by: neither source nor revenue is part of it (P-27)."""

    cid: CampaignId
    event_id: str
    transaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand before a postback is fired, read at one moment."""

    lead: Lead | None
    locked: bool
    fired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """All that one postback changes, at once or not at all.

    `triggers` begins with the event's own. `lead` is the lead afterwards, None if it stays.
    """

    key: FiringKey
    once: bool
    triggers: tuple[Trigger, ...]
    lead: Lead | None = None
    conversion: Conversion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A postback and what it changes, as its answer tells of it."""

    postback: Postback
    firing: Firing


def check_revenue(postback: Postback, event: CampaignEvent) -> Money | None:
    """Return the revenue as sent. Raises `InvalidRevenue` (D-21, D-27)."""
    name, value = postback.revenue_field, postback.revenue
    if value is None:
        if event.conversion:
            raise _invalid_revenue(name, "is required for conversion events")
        return None
    if not is_amount(value):
        raise _invalid_revenue(name, "must be a non-negative number")
    amount: Money = value
    return amount


def parse_conversion_date(text: str, zone: str | None) -> datetime:
    """Read `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` in one of `ZONES`, UTC if none is named.

    Raises `ValueError` for anything else.
    """
    if not (_DATE.fullmatch(text) or _DATE_AND_TIME.fullmatch(text)):
        raise ValueError("must be YYYY-MM-DD or YYYY-MM-DD HH:MM:SS")
    offset = timezone(timedelta(hours=ZONES[zone])) if zone else UTC
    try:
        return datetime.fromisoformat(text).replace(tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("is not a date of the calendar") from error


def is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _invalid_revenue(name: str, complaint: str) -> InvalidRevenue:
    return InvalidRevenue(f"{name} {complaint}", [FieldProblem(name, complaint)])
