"""Promoters: who brings leads, what they have earned, and their promotions in campaigns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TeamId

type Balance = Mapping[str, int]
"""Cents of `cash`, or whole pieces of another unit, by unit (F-19)."""

REF_ID_LENGTH = 8
_EASY = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0 and o, no 1, i and l: people type them
_PASSWORD_LENGTH = 14  # characters of `_EASY`: 69 bits
_REF_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


class PromoterStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    BLOCKED = "blocked"


class PromotionStatus(StrEnum):
    RUNNING = "offer_running"
    INACTIVE = "offer_inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoter:
    """`number` is its id on the wire. In every unit, earnings = current + paid (F-12)."""

    number: int
    team: TeamId
    email: str
    default_ref_id: str
    created_at: datetime
    updated_at: datetime
    status: PromoterStatus = PromoterStatus.PENDING
    cust_id: str | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    earnings_balance: Balance = field(default_factory=dict)
    current_balance: Balance = field(default_factory=dict)
    paid_balance: Balance = field(default_factory=dict)
    revision: int = 1

    @property
    def identity(self) -> str:
        """Name the e-mail as it is compared (D-3): a team knows each one once."""
        return self.email.strip().casefold()

    def earned(self, unit: str, amount: int, *, now: datetime) -> Self:
        return self._next(
            now,
            earnings_balance=_plus(self.earnings_balance, unit, amount),
            current_balance=_plus(self.current_balance, unit, amount),
        )

    def was_paid(self, unit: str, amount: int, *, now: datetime) -> Self:
        return self._next(
            now,
            current_balance=_plus(self.current_balance, unit, -amount),
            paid_balance=_plus(self.paid_balance, unit, amount),
        )

    def told(self, sent: Mapping[str, Any], *, now: datetime) -> Self:
        """Change what was sent; of the profile, what was sent of it, and null forgets."""
        known = {**self.profile, **(sent.get("profile") or {})}
        profile = {name: value for name, value in known.items() if value is not None}
        return self._next(now, **{**sent, "profile": profile})

    def _next(self, now: datetime, **changed: Any) -> Self:
        return replace(self, **changed, updated_at=now, revision=self.revision + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A promoter in a campaign. `conversions` counts those that were booked for it."""

    number: int
    team: TeamId
    cid: CampaignId
    ref_id: str
    promoter: int
    created_at: datetime
    status: PromotionStatus = PromotionStatus.RUNNING
    conversions: int = 0


def is_ref_id(text: str) -> bool:
    return _REF_ID.fullmatch(text) is not None


def new_ref_id(randbelow: Callable[[int], int]) -> str:
    return _letters(REF_ID_LENGTH, randbelow)


def new_password(randbelow: Callable[[int], int]) -> str:
    """Make the password that a promoter's first sign-in needs (F-14); nobody keeps it."""
    return _letters(_PASSWORD_LENGTH, randbelow)


def _letters(count: int, randbelow: Callable[[int], int]) -> str:
    return "".join(_EASY[randbelow(len(_EASY))] for _ in range(count))


def _plus(balance: Balance, unit: str, amount: int) -> Balance:
    return {**balance, unit: balance.get(unit, 0) + amount}
