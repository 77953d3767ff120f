"""Campaigns, leads and postbacks in memory: three stores over the rows that they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from partner_events.domain.campaign import (
    Campaign,
    CampaignEvent,
    CampaignId,
    Setting,
    Source,
    built_in,
)
from partner_events.domain.errors import InvalidInput
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import Conversion, Lead
from partner_events.domain.page import Page
from partner_events.domain.postback import LOCKED_FOR, Firing, FiringKey, Standing
from partner_events.domain.trigger import Trigger
from partner_events.ports import AlreadyThere, ClaimTaken
from partner_events.postback_ports import AlreadyFired, LeadChanged, LockHeld
from tests.fakes.triggers import InMemoryTriggers


@dataclass(slots=True)
class InMemoryPostbacks:
    """The rows behind the stores. Locks and firings say which trigger they were made with."""

    campaigns: dict[CampaignId, Campaign] = field(default_factory=dict)
    events: dict[tuple[CampaignId, str], CampaignEvent] = field(default_factory=dict)
    sources: dict[tuple[CampaignId, str], Source] = field(default_factory=dict)
    leads: dict[tuple[TeamId, str], Lead] = field(default_factory=dict)
    conversions: list[Conversion] = field(default_factory=list)
    locks: dict[FiringKey, tuple[str, datetime]] = field(default_factory=dict)
    fired: dict[FiringKey, str] = field(default_factory=dict)


class InMemoryCampaignStore:
    def __init__(self, rows: InMemoryPostbacks) -> None:
        self._rows = rows

    def add(self, campaign: Campaign) -> None:
        if campaign.cid in self._rows.campaigns:
            raise AlreadyThere(campaign.cid)
        self._rows.campaigns[campaign.cid] = campaign

    def get(self, cid: CampaignId) -> Campaign | None:
        return self._rows.campaigns.get(cid)

    def save(self, campaign: Campaign, *, previous: Campaign) -> None:
        if self._rows.campaigns[campaign.cid].revision != previous.revision:
            raise AlreadyThere(campaign.cid)
        self._rows.campaigns[campaign.cid] = campaign

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Campaign]:
        found = {each.cid: each for each in self._rows.campaigns.values() if each.team == team}
        return _page(dict(found), "campaign", limit, cursor)

    def setting(self, cid: CampaignId, event_id: str, pid: str) -> Setting | None:
        campaign = self._rows.campaigns.get(cid)
        if campaign is None:
            return None
        event, source = self.event(cid, event_id), self.source(cid, pid)
        return Setting(campaign=campaign, event=event, source=source)

    def put_event(self, event: CampaignEvent) -> bool:
        key = (event.cid, event.event_id)
        created = key not in self._rows.events
        self._rows.events[key] = event
        return created

    def event(self, cid: CampaignId, event_id: str) -> CampaignEvent | None:
        return self._rows.events.get((cid, event_id))

    def delete_event(self, cid: CampaignId, event_id: str) -> None:
        self._rows.events.pop((cid, event_id), None)

    def put_source(self, source: Source) -> bool:
        key = (source.cid, source.pid)
        created = key not in self._rows.sources
        self._rows.sources[key] = source
        return created

    def source(self, cid: CampaignId, pid: str) -> Source | None:
        return self._rows.sources.get((cid, pid)) or built_in(cid, pid)

    def delete_source(self, cid: CampaignId, pid: str) -> None:
        self._rows.sources.pop((cid, pid), None)


class InMemoryLeadStore:
    def __init__(self, rows: InMemoryPostbacks, triggers: InMemoryTriggers) -> None:
        self._leads = rows.leads
        self.conversions = rows.conversions
        self._triggers = triggers

    def add(self, lead: Lead, *, told: Sequence[Trigger] = ()) -> None:
        if (lead.team, lead.transaction_id) in self._leads:
            raise AlreadyThere(lead.transaction_id)
        self._leads[lead.team, lead.transaction_id] = lead
        self._triggers.add_new(told)

    def get(self, team: TeamId, transaction_id: str) -> Lead | None:
        return self._leads.get((team, transaction_id))

    def save(self, lead: Lead, *, previous: Lead) -> None:
        if self._leads[lead.team, lead.transaction_id].revision != previous.revision:
            raise AlreadyThere(lead.transaction_id)
        self._leads[lead.team, lead.transaction_id] = lead

    def commit(
        self,
        lead: Lead,
        *,
        previous: Lead,
        effects: Sequence[str],
        conversion: Conversion | None = None,
        told: Sequence[Trigger] = (),
        now: datetime,  # noqa: ARG002
    ) -> None:
        self._triggers.refuse(effects)
        if lead is not previous:
            self.save(lead, previous=previous)
        self.conversions += [conversion] if conversion else []
        self._triggers.add_new(told, effects)

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Lead]:
        found = {id: lead for (of, id), lead in self._leads.items() if of == team}
        return _page(found, "lead", limit, cursor)


class InMemoryPostbackStore:
    def __init__(self, rows: InMemoryPostbacks, triggers: InMemoryTriggers) -> None:
        self._rows = rows
        self._triggers = triggers

    def standing(self, team: TeamId, key: FiringKey, *, now: datetime) -> Standing:
        return Standing(
            lead=self._rows.leads.get((team, key.transaction_id)),
            locked=self._locked(key, now),
            fired=key in self._rows.fired,
        )

    def fire(self, firing: Firing, *, claim: Claim | None = None, now: datetime) -> None:
        ours = firing.triggers[0].id
        standing = self._triggers.claims.get(claim.name) if claim else None
        if standing and now < standing.expires_at:
            raise ClaimTaken(standing)
        if self._locked(firing.key, now):
            if self._rows.locks[firing.key][0] == ours:
                return
            raise LockHeld(firing.key)
        if firing.once and firing.key in self._rows.fired:
            raise AlreadyFired(firing.key)
        lead = firing.lead
        if lead and self._rows.leads[lead.team, lead.transaction_id].revision + 1 != lead.revision:
            raise LeadChanged(firing.key)
        self._commit(firing, claim, now)

    def _commit(self, firing: Firing, claim: Claim | None, now: datetime) -> None:
        ours, lead = firing.triggers[0].id, firing.lead
        self._rows.locks[firing.key] = ours, now + LOCKED_FOR
        if firing.once:
            self._rows.fired[firing.key] = ours
        if claim:
            self._triggers.claims[claim.name] = claim
        if lead:
            self._rows.leads[lead.team, lead.transaction_id] = lead
        if firing.conversion:
            self._rows.conversions.append(firing.conversion)
        self._triggers.triggers.update({each.id: each for each in firing.triggers})

    def _locked(self, key: FiringKey, now: datetime) -> bool:
        return key in self._rows.locks and now < self._rows.locks[key][1]


def _page[Item](found: dict[str, Item], kind: str, limit: int, cursor: str | None) -> Page[Item]:
    after = f"{kind}:" if cursor is None else cursor
    if not after.startswith(f"{kind}:"):
        raise InvalidInput("cursor is not one that this list returned")
    names = [name for name in sorted(found) if f"{kind}:{name}" > after]
    shown = names[:limit]
    more = len(names) > len(shown)
    return Page([found[name] for name in shown], f"{kind}:{shown[-1]}" if more else None)
