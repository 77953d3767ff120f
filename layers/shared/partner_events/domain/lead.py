"""Leads: what partners brought, and how postbacks change what we know of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any, NewType, Self

from partner_events.domain.campaign import ORGANIC, CampaignId
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId

ConversionId = NewType("ConversionId", str)

type Money = int | Decimal
"""An amount as it came, with all of its digits (D-2)."""

LONGEST_TRANSACTION_ID = 200  # characters; it is part of keys
LARGEST_FIELDS = 100_000  # bytes of all the fields of one lead: a row holds 400 KB
CONVERSIONS_SHOWN = 100  # the newest; each has a row of its own besides
_EXACT = Context(prec=80)
_LARGEST = Decimal(10) ** 18
_SMALLEST_EXPONENT = -18


class LeadState(StrEnum):
    SIGNUP = "signup"
    ACTIVE = "active"
    CANCELLED = "cancelled"


class CostOperation(StrEnum):
    """What a sent cost does to the lead's (P-41); the misspelling is the document's."""

    ADD = "add"
    SUBTRACT = "subtract"
    SUBSTRACT = "substract"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A sale: `revenue` as sent, digit for digit; `at` is when the partner says it happened."""

    id: ConversionId
    event_id: str
    cid: CampaignId
    pid: str
    revenue: Money
    at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """`number` is the lead's integer id for the formats that need one (D-41, W-10, F-8)."""

    transaction_id: str
    team: TeamId
    cid: CampaignId
    created_at: datetime
    updated_at: datetime
    pid: str = ORGANIC
    ref_id: str | None = None
    email: str | None = None
    state: LeadState = LeadState.SIGNUP
    cost: Money | None = None
    customer_since: datetime | None = None
    cancelled_at: datetime | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    conversions: tuple[Conversion, ...] = ()
    number: int | None = None
    revision: int = 1

    def told(
        self,
        fields: Mapping[str, Any],
        *,
        cost: Money | None = None,
        operation: CostOperation = CostOperation.OVERRIDE,
        now: datetime,
    ) -> Self:
        """Learn from a postback (P-40). Returns this very lead when there is nothing new.

        Raises `InvalidInput` if a lead would know too much.
        """
        others = {name: value for name, value in fields.items() if name != "email"}
        learnt = replace(
            self,
            email=str(fields["email"]) if "email" in fields else self.email,
            fields={**self.fields, **others},
            cost=self.cost if cost is None else changed_cost(self.cost, cost, operation),
        )
        return self.changed_to(learnt, now=now)

    def converted(self, conversion: Conversion, *, now: datetime) -> Self:
        """Add a sale: with the first one a lead becomes a customer (F-16)."""
        newest = (*self.conversions, conversion)[-CONVERSIONS_SHOWN:]
        signed_up = self.state is LeadState.SIGNUP
        customer = replace(
            self,
            conversions=newest,
            state=LeadState.ACTIVE if signed_up else self.state,
            customer_since=self.customer_since or now,
        )
        return self.changed_to(customer, now=now)

    def in_state(self, state: LeadState, *, now: datetime) -> Self:
        """Note when it was cancelled, and when that was taken back."""
        cancelled = state is LeadState.CANCELLED
        at = (self.cancelled_at or now) if cancelled else None
        return replace(self, state=state, cancelled_at=at)

    def changed_to(self, other: Self, *, now: datetime) -> Self:
        """Count a change as the next revision. Raises `InvalidInput` if it is too large."""
        check_fields(other.fields)
        if other == self and _digits(other) == _digits(self):
            return self
        return replace(other, updated_at=now, revision=self.revision + 1)


def changed_cost(before: Money | None, cost: Money, operation: CostOperation) -> Money:
    """Apply a cost to the lead's, digit for digit (P-41)."""
    if operation is CostOperation.OVERRIDE:
        return cost
    of = before or 0
    if operation is CostOperation.ADD:
        return of + cost if isinstance(of, int) and isinstance(cost, int) else _EXACT.add(of, cost)
    if isinstance(of, int) and isinstance(cost, int):
        return of - cost
    return _EXACT.subtract(of, cost)


def is_amount(value: Any) -> bool:
    """Tell whether a JSON value is an amount of money: a number, and not negative (D-27)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    exponent = Decimal(value).as_tuple().exponent
    return 0 <= value < _LARGEST and isinstance(exponent, int) and exponent >= _SMALLEST_EXPONENT


def check_fields(fields: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` if a lead's fields are more than a row should hold."""
    size = sum(len(f"{name}{value}".encode()) for name, value in fields.items())
    if size > LARGEST_FIELDS:
        raise InvalidInput(f"The fields of a lead may hold at most {LARGEST_FIELDS} bytes")


def _digits(lead: Lead) -> list[str]:
    """Write the numbers out, since 5 equals 5.00 and is not the same (D-2)."""
    return [str(lead.cost), *(f"{name}={value}" for name, value in lead.fields.items())]
