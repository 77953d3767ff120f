"""How an endpoint has been doing, and when it is given up on: the rules, without a clock.

An endpoint that only fails is warned twice and then disabled; one that answers 410 is disabled
at once. While it is disabled its deliveries are held. What is kept is coarse on purpose, so
that a delivery to a healthy endpoint hardly ever costs a write, and one to a dead endpoint
costs none once enough failures have been counted.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from partner_events.domain.delivery import GONE, Attempt
from partner_events.domain.ids import EndpointId, TeamId
from partner_events.domain.webhook import ErrorClass

WARNED_AFTER = (timedelta(days=1), timedelta(days=3))  # of failing only
DISABLED_AFTER = timedelta(days=5)
BETWEEN_STAGES = timedelta(days=1)  # so that whoever is warned late still has time to act
ENOUGH = 10  # failed attempts, over at least
LONG_ENOUGH = timedelta(hours=12)
COARSE = timedelta(minutes=5)  # how old the last success may look while all is well

# What the subscriber cannot help: our own faults, and where we are set up not to send.
NOT_TO_BLAME = frozenset({ErrorClass.INTERNAL, ErrorClass.BLOCKED})


class Disabled(StrEnum):
    """Why an endpoint was disabled."""

    GONE = "gone"  # it answered 410
    FAILING = "failing"  # it failed for five days and never once succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHealth:
    """`failing_since` is when the first failure after the last success was noted.

    `counted` names the failures since, up to `ENOUGH`, so that one noted twice counts once.
    `changed_by` names the attempt that warned or disabled: whoever notes it again, because the
    first to do so may have died, finds that out. `version` grows with every change.
    """

    team: TeamId
    endpoint: EndpointId
    last_success_at: datetime | None = None
    failing_since: datetime | None = None
    counted: frozenset[str] = frozenset()
    warnings: int = 0
    warned_at: datetime | None = None
    disabled_at: datetime | None = None
    reason: Disabled | None = None
    enabled_at: datetime | None = None
    changed_by: str = ""
    version: int = 0

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None

    @property
    def is_in_trouble(self) -> bool:
        """Tell whether it only fails; one success is enough, and it does not any more."""
        return len(self.counted) >= ENOUGH

    def after(self, attempt: Attempt, *, name: str, noted_at: datetime) -> Self:
        """Note an attempt that is on record. Returns `self` if there is nothing to keep.

        What began before the endpoint was enabled, or is noted while it is disabled, tells
        nothing new. A success whose worker did not know of the failures yet began before
        `failing_since`, which is why that is a time of noting and not of the first attempt.
        """
        if self.is_disabled or (self.enabled_at and attempt.at < self.enabled_at):
            return self
        if attempt.succeeded:
            return self._succeeded(attempt.at)
        if attempt.status_code == GONE:
            return self._disabled(Disabled.GONE, name, noted_at)
        if attempt.error in NOT_TO_BLAME or attempt.never_fits:
            return self
        if self.last_success_at and attempt.at < self.last_success_at:
            return self
        return self._failed(attempt.at, name, noted_at)

    def enabled(self, *, now: datetime) -> Self:
        """Lift the disablement; all that was held against the endpoint is forgotten."""
        if not self.is_disabled:
            return self
        return replace(
            self,
            disabled_at=None,
            reason=None,
            failing_since=None,
            counted=frozenset(),
            warnings=0,
            warned_at=None,
            enabled_at=now,
            changed_by="",
            version=self.version + 1,
        )

    def _succeeded(self, at: datetime) -> Self:
        if self.failing_since is None and self.last_success_at:
            if at - self.last_success_at < COARSE:
                return self
        elif self.failing_since and at < self.failing_since:
            return self
        return replace(
            self,
            last_success_at=at,
            failing_since=None,
            counted=frozenset(),
            warnings=0,
            warned_at=None,
            changed_by="",
            version=self.version + 1,
        )

    def _failed(self, at: datetime, name: str, noted_at: datetime) -> Self:
        if name in self.counted:
            return self
        noted = self
        if len(self.counted) < ENOUGH:
            noted = replace(
                self,
                failing_since=self.failing_since or noted_at,
                counted=self.counted | {name},
                version=self.version + 1,
            )
        return noted._next_stage(at, name, noted_at)

    def _next_stage(self, at: datetime, name: str, noted_at: datetime) -> Self:
        assert self.failing_since is not None
        failing_for = at - self.failing_since
        if len(self.counted) < ENOUGH or failing_for < LONG_ENOUGH:
            return self
        if self.warned_at and at - self.warned_at < BETWEEN_STAGES:
            return self
        if self.warnings == len(WARNED_AFTER):
            due = failing_for >= DISABLED_AFTER
            return self._disabled(Disabled.FAILING, name, noted_at) if due else self
        if failing_for < WARNED_AFTER[self.warnings]:
            return self
        return replace(
            self,
            warnings=self.warnings + 1,
            warned_at=noted_at,
            changed_by=name,
            version=self.version + 1,
        )

    def _disabled(self, reason: Disabled, name: str, noted_at: datetime) -> Self:
        return replace(
            self,
            disabled_at=noted_at,
            reason=reason,
            changed_by=name,
            version=self.version + 1,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """An endpoint's health, and how many deliveries wait for it to be well."""

    health: EndpointHealth
    held: int
