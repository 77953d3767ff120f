"""Fire an event for a lead: one core for every postback route (P-1, P-32, D-26)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from partner_events.domain.campaign import (
    Campaign,
    CampaignEvent,
    CampaignId,
    Setting,
    Switch,
    is_campaign_id,
    is_id,
)
from partner_events.domain.errors import (
    DuplicateEvent,
    EventInProgress,
    IdempotencyInProgress,
    SourceInactive,
    UnknownInPostback,
)
from partner_events.domain.event import JsonText, is_event_name
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.lead import LONGEST_TRANSACTION_ID, Lead, Money
from partner_events.domain.messages import BookReward, Message, RunTrigger
from partner_events.domain.postback import (
    Fired,
    FiringKey,
    Postback,
    Sender,
    Standing,
    check_revenue,
)
from partner_events.ports import ClaimContended, ClaimTaken, Dispatcher, TriggerStore
from partner_events.postback_ports import (
    AlreadyFired,
    CampaignStore,
    LeadChanged,
    LeadStore,
    LockHeld,
    PostbackStore,
)
from partner_events.usecases.accept_event import Accepted, earlier_answer, replay
from partner_events.usecases.admit_postback import PostbackGate
from partner_events.usecases.firings import conversion_trigger_id, firing_data, make_firing
from partner_events.usecases.known_event_types import KnownEventTypes

NOBODY_S = "?"  # no event and no source can have this id
TRIES = 12  # each time, another event of the same lead got through

type Answering = Callable[[Fired], JsonText]
type Idempotent = Callable[[CampaignId], Idempotency | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostbackPorts:
    gate: PostbackGate
    event_types: KnownEventTypes
    campaigns: CampaignStore
    leads: LeadStore
    postbacks: PostbackStore
    triggers: TriggerStore
    dispatcher: Dispatcher


def fire_postback(
    postback: Postback,
    cid: CampaignId,
    *,
    id: TriggerId,
    sender: Sender,
    idempotency: Idempotent,
    answer: Answering,
    now: datetime,
    ports: PostbackPorts,
) -> Accepted:
    """Fire the event, and return `answer(fired)` or the first call's answer (D-5).

    Checks in the order of D-20: campaign, event, source, lead, revenue (and with it, what else
    the event's type wants: D-42), lock, duplicate. What is refused before the lock takes none.
    """
    setting = _find_setting(cid, postback, ports.campaigns)
    if setting is None:
        raise UnknownInPostback("Invalid cid")
    ports.gate.admit(setting.campaign, sender, now=now)
    key = idempotency(cid)
    find_earlier = partial(earlier_answer, key, now=now, triggers=ports.triggers)
    earlier = find_earlier()
    if earlier is not None:
        return earlier
    event = _check_setting(setting)
    try:
        return _Shot(postback, setting.campaign, event, id, now, ports).fire(key, answer)
    except (EventInProgress, DuplicateEvent):
        earlier = find_earlier()  # it may have been this very request that got through
        if earlier is None:
            raise
        return earlier


def _find_setting(cid: CampaignId, postback: Postback, campaigns: CampaignStore) -> Setting | None:
    """Look up only what could be there: callers may send any text."""
    event_id = postback.event_id if is_event_name(postback.event_id) else NOBODY_S
    pid = postback.pid if is_id(postback.pid) else NOBODY_S
    return campaigns.setting(cid, event_id, pid) if is_campaign_id(cid) else None


def _check_setting(setting: Setting) -> CampaignEvent:
    if setting.event is None:
        raise UnknownInPostback("Invalid event_id for this campaign")
    if setting.source is None:
        raise UnknownInPostback("Invalid pid for this campaign")
    if setting.source.status is Switch.INACTIVE:
        raise SourceInactive("Source Inactive")
    return setting.event


@dataclass(frozen=True, slots=True)
class _Shot:
    """One postback against one campaign's event."""

    postback: Postback
    campaign: Campaign
    event: CampaignEvent
    id: TriggerId
    now: datetime
    ports: PostbackPorts

    @property
    def key(self) -> FiringKey:
        return FiringKey(
            cid=self.campaign.cid,
            event_id=self.event.event_id,
            transaction_id=self.postback.transaction_id,
        )

    def fire(self, idempotency: Idempotency | None, answer: Answering) -> Accepted:
        lead, revenue = self._check_standing()
        self._send_messages()
        for _ in range(TRIES):
            try:
                return self._commit(lead, revenue, idempotency, answer)
            except LeadChanged:
                lead, revenue = self._check_standing()
        raise _in_progress()

    def _check_standing(self) -> tuple[Lead, Money | None]:
        """Check lead, revenue, lock and duplicate against one consistent read."""
        standing = self._standing()
        lead = standing.lead
        if lead is None or lead.cid != self.campaign.cid:
            raise UnknownInPostback("Lead not found for this transaction_id")
        revenue = check_revenue(self.postback, self.event)
        self._check_type(revenue)
        if standing.locked:
            raise _in_progress()
        if standing.fired and not self.event.repeats:
            raise _duplicate()
        return lead, revenue

    def _check_type(self, revenue: Money | None) -> None:
        """Refuse data that the event's type does not allow, if it is a type's name (D-42)."""
        team, name = self.campaign.team, self.event.event_id
        data = firing_data(self.postback, self.event, revenue, id=self.id, now=self.now)
        self.ports.event_types.check_if_known(team, name, data, called="data", now=self.now)

    def _standing(self) -> Standing:
        if len(self.postback.transaction_id) > LONGEST_TRANSACTION_ID:
            return Standing(lead=None, locked=False, fired=False)
        return self.ports.postbacks.standing(self.campaign.team, self.key, now=self.now)

    def _send_messages(self) -> None:
        """Send what will run the event, and what tells of the conversion and pays for it.

        The records come second.
        """
        team, now = self.campaign.team, self.now
        converts = self.event.conversion
        ids = [self.id, *([conversion_trigger_id(self.id, team)] if converts else [])]
        messages: list[Message] = [RunTrigger(team=team, trigger=id, accepted_at=now) for id in ids]
        messages += [BookReward(team=team, trigger=id, accepted_at=now) for id in ids[1:]]
        self.ports.dispatcher.send_all(messages, now=now)

    def _commit(
        self, lead: Lead, revenue: Money | None, idempotency: Idempotency | None, answer: Answering
    ) -> Accepted:
        fired = make_firing(self.postback, self.event, lead, revenue, id=self.id, now=self.now)
        accepted = Accepted(answer(fired))
        claim = idempotency.claim(accepted.answer, now=self.now) if idempotency else None
        try:
            self.ports.postbacks.fire(fired.firing, claim=claim, now=self.now)
        except ClaimTaken as taken:
            assert idempotency is not None
            return replay(taken.claim, idempotency)
        except ClaimContended as error:
            raise IdempotencyInProgress(
                "A request with this Idempotency-Key is still being processed"
            ) from error
        except LockHeld as error:
            raise _in_progress() from error
        except AlreadyFired as error:
            raise _duplicate() from error
        return accepted


def _in_progress() -> EventInProgress:
    return EventInProgress("Event already in progress for this transaction_id")


def _duplicate() -> DuplicateEvent:
    return DuplicateEvent("Duplicate event for this transaction_id")
