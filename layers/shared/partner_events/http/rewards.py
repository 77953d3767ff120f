"""Rewards and fulfilments on the wire: as subscribers are told of them (F-16, F-18)."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from partner_events.domain.errors import InvalidInput
from partner_events.domain.promoter import Promoter
from partner_events.domain.promoter_events import fulfilment_pending, reward_created
from partner_events.domain.reward import Fulfilment, Reward, RewardStatus
from partner_events.http.promoters import LONGEST_ID


class RewardReply(TypedDict):
    """`lead` and `promotion` are told as they were when it was earned, `promoter` as it is."""

    id: int
    event_id: str
    status: str
    amount: int
    unit: str
    created_at: str
    conversion_amount: int
    tier_level: int
    lead: dict[str, Any]
    promoter: dict[str, Any]
    promotion: dict[str, Any] | None


class FulfilmentReply(TypedDict):
    id: int
    status: str
    amount: int
    unit: str
    created_at: str
    has_issues: bool
    reward: dict[str, Any]
    promoter: dict[str, Any]
    campaign: dict[str, Any]


def reward_reply(of: tuple[Reward, Promoter]) -> RewardReply:
    return cast(RewardReply, reward_created(*of))


def fulfilment_reply(of: tuple[Fulfilment, Promoter]) -> FulfilmentReply:
    return cast(FulfilmentReply, fulfilment_pending(*of))


def wanted_promoter(query: Mapping[str, str]) -> int | None:
    """Read `promoter`, the integer id to list the rewards of."""
    text = query.get("promoter")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise InvalidInput("promoter must be the integer id of one")
    return int(text)


def wanted_status(query: Mapping[str, str]) -> RewardStatus | None:
    text = query.get("status")
    if text is None:
        return None
    try:
        return RewardStatus(text)
    except ValueError as error:
        statuses = ", ".join(RewardStatus)
        raise InvalidInput(f"status must be one of {statuses}") from error
