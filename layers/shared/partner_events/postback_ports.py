"""What postbacks and the directory behind them need from the world, beside `ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from partner_events.domain.campaign import Campaign, CampaignEvent, CampaignId, Setting, Source
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import Conversion, Lead
from partner_events.domain.page import Page
from partner_events.domain.postback import Firing, FiringKey, Standing
from partner_events.domain.trigger import Trigger
from partner_events.ports import AlreadyThere


class LockHeld(Exception):
    """The same event of the same lead was fired less than two seconds ago, or is right now."""


class AlreadyFired(Exception):
    """The event was fired for this lead before, and may not repeat."""


class LeadChanged(AlreadyThere):
    """Somebody else has changed the lead meanwhile: read it again."""


class CampaignStore(Protocol):
    def add(self, campaign: Campaign) -> None:
        """Store a campaign, or raise `AlreadyThere`: a cid belongs to one team of all."""

    def get(self, cid: CampaignId) -> Campaign | None: ...

    def save(self, campaign: Campaign, *, previous: Campaign) -> None:
        """Replace `previous`, or raise `AlreadyThere` if somebody else has changed it."""

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Campaign]: ...

    def setting(self, cid: CampaignId, event_id: str, pid: str) -> Setting | None:
        """Read a campaign with one of its events and sources, as of one moment."""

    def put_event(self, event: CampaignEvent) -> bool:
        """Create or replace an event; tell whether it was created."""

    def event(self, cid: CampaignId, event_id: str) -> CampaignEvent | None: ...

    def delete_event(self, cid: CampaignId, event_id: str) -> None: ...

    def put_source(self, source: Source) -> bool:
        """Create or replace a source; tell whether it was created."""

    def source(self, cid: CampaignId, pid: str) -> Source | None:
        """Find a source; a built-in one is there unless it was replaced (D-22)."""

    def delete_source(self, cid: CampaignId, pid: str) -> None: ...


class LeadStore(Protocol):
    def add(self, lead: Lead, *, told: Sequence[Trigger] = ()) -> None:
        """Store a lead, or raise `AlreadyThere`: its transaction id is the team's only one.

        The events that are `told` of it are committed with it, or not at all.
        """

    def get(self, team: TeamId, transaction_id: str) -> Lead | None: ...

    def save(self, lead: Lead, *, previous: Lead) -> None:
        """Replace `previous`, or raise `AlreadyThere` if somebody else has changed it."""

    def commit(
        self,
        lead: Lead,
        *,
        previous: Lead,
        effects: Sequence[str],
        conversion: Conversion | None = None,
        told: Sequence[Trigger] = (),
        now: datetime,
    ) -> None:
        """Replace `previous` with all that comes with it, once under each of these `effects`.

        Raises `EffectDone` with the first effect that is on record, or `AlreadyThere` if
        somebody else has changed the lead. `lead` may be `previous` itself.
        """

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Lead]: ...


class PostbackStore(Protocol):
    def standing(self, team: TeamId, key: FiringKey, *, now: datetime) -> Standing:
        """Read the lead, the lock and the earlier firing, all as of one moment."""

    def fire(self, firing: Firing, *, claim: Claim | None = None, now: datetime) -> None:
        """Commit everything that a postback changes, or nothing of it.

        The lock lapses by itself after `LOCKED_FOR`; whether it has is told by `now` alone.
        Committing the same firing again is harmless. Raises `ClaimTaken` or `ClaimContended`
        for the claim, `LockHeld`, `AlreadyFired` or `LeadChanged`.
        """
