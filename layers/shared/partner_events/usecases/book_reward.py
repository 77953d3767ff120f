"""Book what a conversion earns for the promoter of its lead: one reward, once (D-27).

The message was sent before the conversion was committed, so it may come first. The reward's
cause is the conversion: a second booking finds the first, whose events are on their way by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from partner_events.directory_ports import NumberSource
from partner_events.domain.campaign import Campaign, CampaignId
from partner_events.domain.errors import TryLater
from partner_events.domain.lead import ConversionId, Lead
from partner_events.domain.messages import BookReward
from partner_events.domain.promoter import Promoter, PromoterStatus, PromotionStatus
from partner_events.domain.promoter_event_names import FULFILMENT_PENDING, REWARD_CREATED
from partner_events.domain.promoter_events import (
    campaign_shape,
    fulfilment_pending,
    lead_shape,
    offer_name_shape,
    promotion_shape,
    reward_created,
)
from partner_events.domain.reward import (
    CASH,
    Fulfilment,
    Offer,
    Reward,
    RewardStatus,
    pieces,
)
from partner_events.domain.trigger import ORPHANED_AFTER, Trigger
from partner_events.jsontext import loads
from partner_events.payout_ports import AlreadyRewarded, Booking, PayoutStore, PromoterStore
from partner_events.ports import AlreadyThere, Dispatcher, TriggerStore
from partner_events.postback_ports import CampaignStore, LeadStore
from partner_events.usecases.attribute_lead import Attribution, attribute_lead
from partner_events.usecases.own_events import announce, own_event

TRIES = 6  # each time, another booking of the same promoter got through
LONGEST_PUT_BACK = 8  # seconds


class Booked(StrEnum):
    """What became of a message."""

    BOOKED = "booked"
    BOOKED_BEFORE = "booked_before"
    NOTHING_EARNED = "nothing_earned"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPorts:
    triggers: TriggerStore
    leads: LeadStore
    campaigns: CampaignStore
    promoters: PromoterStore
    payouts: PayoutStore
    numbers: NumberSource
    dispatcher: Dispatcher


def book_reward(message: BookReward, *, received: int, now: datetime, ports: PayoutPorts) -> Booked:
    """Book the one reward of a conversion; doing it again changes nothing.

    Raises `TryLater` while the conversion may still be on its way, or while others book for
    the same promoter.
    """
    trigger = ports.triggers.get(message.trigger)
    if trigger is None:
        return _without_record(message, received, now)
    conversion = loads(trigger.event.data)
    lead = ports.leads.get(message.team, conversion["transaction_id"])
    campaign = ports.campaigns.get(CampaignId(conversion["cid"]))
    if lead is None or campaign is None or campaign.reward is None:
        return Booked.NOTHING_EARNED
    for _ in range(TRIES):
        booking = _booking(conversion, _as_converted(lead, conversion), campaign, now, ports)
        if booking is None:
            return Booked.NOTHING_EARNED
        announce(*booking.told, now=now, dispatcher=ports.dispatcher)
        try:
            ports.payouts.book(booking)
        except AlreadyRewarded:
            return Booked.BOOKED_BEFORE
        except AlreadyThere:
            continue
        return Booked.BOOKED
    raise TryLater("Others book for this promoter", after=timedelta(seconds=1))


def _without_record(message: BookReward, received: int, now: datetime) -> Booked:
    if now - message.accepted_at > ORPHANED_AFTER:
        return Booked.ORPHANED
    wait = timedelta(seconds=min(2 ** (received - 1), LONGEST_PUT_BACK))
    raise TryLater("The conversion is not committed yet", after=wait)


def _as_converted(lead: Lead, conversion: dict[str, Any]) -> Lead:
    """Take the lead's promoter to be the one it had when it converted."""
    then = conversion["lead"]
    return replace(lead, ref_id=then["ref_id"], pid=then["pid"])


def _booking(
    conversion: dict[str, Any], lead: Lead, campaign: Campaign, now: datetime, ports: PayoutPorts
) -> Booking | None:
    """Decide what is earned, None if nothing is: not by the blocked, nor where no offer runs."""
    found = attribute_lead(lead, campaigns=ports.campaigns, promoters=ports.promoters)
    if found is None or found.promoter.status is PromoterStatus.BLOCKED:
        return None
    if found.promotion and found.promotion.status is PromotionStatus.INACTIVE:
        return None
    offer = Offer.of(loads(campaign.reward or "{}"))
    reward = _reward(conversion, lead, campaign, offer, found, now, ports)
    if reward.amount == 0:
        return None
    promoter, fulfilment = found.promoter, None
    if offer.auto_approve:
        reward, fulfilment = approve(reward, now=now, numbers=ports.numbers)
        reward = replace(reward, revision=1)
        promoter = promoter.earned(reward.unit, reward.amount, now=now)
    else:
        promoter = replace(promoter, revision=promoter.revision + 1)
    return Booking(
        reward=reward,
        promoter=promoter,
        promotion=found.promotion,
        fulfilment=fulfilment,
        told=_told(reward, fulfilment, promoter, now),
    )


def _told(
    reward: Reward, fulfilment: Fulfilment | None, promoter: Promoter, now: datetime
) -> Sequence[Trigger]:
    team, cause, data = reward.team, reward.conversion, reward_created(reward, promoter)
    created = own_event(REWARD_CREATED, cause, team=team, data=data, now=now)
    return [created, *([fulfilment_event(fulfilment, promoter, now)] if fulfilment else [])]


def _reward(
    conversion: dict[str, Any],
    lead: Lead,
    campaign: Campaign,
    offer: Offer,
    found: Attribution,
    now: datetime,
    ports: PayoutPorts,
) -> Reward:
    promotion = found.promotion
    nth = promotion.conversions + 1 if promotion else 1
    amount, level = offer.earned(conversion["revenue"], conversion=nth)
    return Reward(
        number=ports.numbers.next(lead.team),
        team=lead.team,
        promoter=found.promoter.number,
        cid=campaign.cid,
        transaction_id=lead.transaction_id,
        conversion=ConversionId(conversion["conversion_id"]),
        status=RewardStatus.PENDING,
        amount=amount,
        unit=offer.unit,
        conversion_amount=pieces(conversion["revenue"], CASH),
        tier_level=level,
        created_at=now,
        lead=lead_shape(lead),
        promotion=promotion_shape(promotion, campaign) if promotion else None,
        offer=offer_name_shape(offer, campaign),
        campaign=campaign_shape(campaign),
    )


def approve(
    reward: Reward, *, now: datetime, numbers: NumberSource
) -> tuple[Reward, Fulfilment | None]:
    """Approve a reward; what is no cash has to be handed over (F-18)."""
    if reward.unit == CASH:
        return reward.approved(None), None
    fulfilment = Fulfilment.of(reward, number=numbers.next(reward.team), now=now)
    return reward.approved(fulfilment.number), fulfilment


def fulfilment_event(fulfilment: Fulfilment, promoter: Promoter, now: datetime) -> Trigger:
    team, cause = fulfilment.team, fulfilment.conversion
    data = fulfilment_pending(fulfilment, promoter)
    return own_event(FULFILMENT_PENDING, cause, team=team, data=data, now=now)
