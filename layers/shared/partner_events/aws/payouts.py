"""Rewards and fulfilments on DynamoDB, in the directory's table.

pk                       sk                      what it holds
PROMOTER#<team>#<id>     REWARD#<number>         a reward that the promoter earned
TEAM#<team>              REWARD#<number>         whose it is
LEAD#<team>#<id>         REWARD#<conversion>     which reward the conversion brought
TEAM#<team>              FULFILMENT#<number>     what is to be handed over for a reward

A promoter's row is written with its revision, and so its bookings come one after the other:
balances are exact, and an event tells them as they stood when it was committed.
"""

from collections.abc import Sequence
from typing import Any

from partner_events.aws.items import Row
from partner_events.aws.leads import lead_key
from partner_events.aws.promoters import (
    DIGITS,
    changed_promoter,
    counted_conversion,
    promoter_key,
)
from partner_events.aws.table import NEW, ConditionFailed, Contended, Key, Table, Write, put
from partner_events.aws.trigger_rows import new_triggers
from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import ConversionId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter
from partner_events.domain.reward import Fulfilment, FulfilmentStatus, Reward, RewardStatus
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps, loads
from partner_events.payout_ports import AlreadyRewarded, Booking
from partner_events.ports import AlreadyThere


class DynamoPayoutStore:
    def __init__(self, directory: Table, triggers: Table) -> None:
        self._table = directory
        self._triggers = triggers

    def book(self, booking: Booking) -> None:
        reward = booking.reward
        pk, sk = _conversion_key(reward.team, reward.transaction_id, reward.conversion)
        listed = {"pk": f"TEAM#{reward.team}", "sk": _name(reward.number)}
        self._write(
            put({"pk": pk, "sk": sk, "reward": reward.number}, only_if=NEW),
            put(_reward_row(reward), only_if=NEW),
            put({**listed, "promoter": reward.promoter}),
            changed_promoter(booking.promoter),
            *([counted_conversion(booking.promotion)] if booking.promotion else []),
            *_handed_over(booking.fulfilment),
            *new_triggers(booking.told, self._triggers),
        )

    def reward_of(self, team: TeamId, transaction_id: str, id: ConversionId) -> int | None:
        row = self._table.get(*_conversion_key(team, transaction_id, id))
        return row["reward"] if row else None

    def reward(self, team: TeamId, number: int) -> Reward | None:
        listed = self._table.get(f"TEAM#{team}", _name(number))
        row = self._table.get(*_reward_key(team, listed["promoter"], number)) if listed else None
        return _reward(row) if row else None

    def decide(
        self,
        reward: Reward,
        *,
        promoter: Promoter | None = None,
        fulfilment: Fulfilment | None = None,
        told: Sequence[Trigger] = (),
    ) -> None:
        row, previous = _reward_row(reward), reward.revision - 1
        self._write(
            put(row, only_if="revision = :previous", previous=previous),
            *([changed_promoter(promoter)] if promoter else []),
            *_handed_over(fulfilment),
            *new_triggers(told, self._triggers),
        )

    def rewards(
        self,
        team: TeamId,
        *,
        limit: int,
        cursor: str | None,
        promoter: int | None = None,
        status: RewardStatus | None = None,
    ) -> Page[Reward]:
        if promoter is not None:
            pk, _ = promoter_key(team, promoter)
            rows, after = self._table.page(pk, "REWARD#", limit=limit, cursor=cursor)
        else:
            listed, after = self._table.page(f"TEAM#{team}", "REWARD#", limit=limit, cursor=cursor)
            keys = [(promoter_key(team, each["promoter"])[0], each["sk"]) for each in listed]
            rows = self._table.get_many(keys) if keys else []
        found = sorted(map(_reward, rows), key=lambda reward: reward.number)
        return Page([each for each in found if status in (None, each.status)], after)

    def fulfilment(self, team: TeamId, number: int) -> Fulfilment | None:
        row = self._table.get(f"TEAM#{team}", f"FULFILMENT#{number:0{DIGITS}}")
        return _fulfilment(row) if row else None

    def fulfilments(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Fulfilment]:
        rows, after = self._table.page(f"TEAM#{team}", "FULFILMENT#", limit=limit, cursor=cursor)
        return Page(list(map(_fulfilment, rows)), after)

    def settle(self, fulfilment: Fulfilment) -> None:
        open = None if fulfilment.status is FulfilmentStatus.FULFILLED else "#status = :pending"
        values: dict[str, Any] = {"pending": FulfilmentStatus.PENDING.value} if open else {}
        try:
            self._table.put(_fulfilment_row(fulfilment), only_if=open, **values)
        except ConditionFailed as error:
            raise AlreadyThere(fulfilment.number) from error

    def _write(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except Contended as error:
            raise AlreadyThere("reward") from error
        except ConditionFailed as error:
            if error.index == 0 and (error.row or {}).get("pk", "").startswith("LEAD#"):
                raise AlreadyRewarded("conversion") from error
            raise AlreadyThere("reward") from error


def _name(number: int) -> str:
    return f"REWARD#{number:0{DIGITS}}"


def _reward_key(team: TeamId, promoter: int, number: int) -> Key:
    return promoter_key(team, promoter)[0], _name(number)


def _conversion_key(team: TeamId, transaction_id: str, id: ConversionId) -> Key:
    return lead_key(team, transaction_id)[0], f"REWARD#{id}"


def _handed_over(fulfilment: Fulfilment | None) -> Sequence[Write]:
    return [put(_fulfilment_row(fulfilment), only_if=NEW)] if fulfilment else []


def _reward_row(reward: Reward) -> Row:
    pk, sk = _reward_key(reward.team, reward.promoter, reward.number)
    return {
        "pk": pk,
        "sk": sk,
        "number": reward.number,
        "team": reward.team,
        "promoter": reward.promoter,
        "cid": reward.cid,
        "transaction_id": reward.transaction_id,
        "conversion": reward.conversion,
        "status": reward.status.value,
        "amount": reward.amount,
        "unit": reward.unit,
        "conversion_amount": reward.conversion_amount,
        "tier_level": reward.tier_level,
        "lead": dumps(dict(reward.lead)),
        "promotion": dumps(dict(reward.promotion)) if reward.promotion else None,
        "offer": dumps(dict(reward.offer)),
        "campaign": dumps(dict(reward.campaign)),
        "fulfilment": reward.fulfilment,
        "created_ms": milliseconds(reward.created_at),
        "revision": reward.revision,
    }


def _reward(row: Row) -> Reward:
    return Reward(
        number=row["number"],
        team=TeamId(row["team"]),
        promoter=row["promoter"],
        cid=CampaignId(row["cid"]),
        transaction_id=row["transaction_id"],
        conversion=ConversionId(row["conversion"]),
        status=RewardStatus(row["status"]),
        amount=row["amount"],
        unit=row["unit"],
        conversion_amount=row["conversion_amount"],
        tier_level=row["tier_level"],
        lead=loads(row["lead"]),
        promotion=loads(row["promotion"]) if "promotion" in row else None,
        offer=loads(row["offer"]),
        campaign=loads(row["campaign"]),
        fulfilment=row.get("fulfilment"),
        created_at=from_milliseconds(row["created_ms"]),
        revision=row["revision"],
    )


def _fulfilment_row(fulfilment: Fulfilment) -> Row:
    return {
        "pk": f"TEAM#{fulfilment.team}",
        "sk": f"FULFILMENT#{fulfilment.number:0{DIGITS}}",
        "promoter": fulfilment.promoter,
        "reward": fulfilment.reward,
        "conversion": fulfilment.conversion,
        "amount": fulfilment.amount,
        "unit": fulfilment.unit,
        "offer": dumps(dict(fulfilment.offer)),
        "campaign": dumps(dict(fulfilment.campaign)),
        "status": fulfilment.status.value,
        "has_issues": fulfilment.has_issues,
        "created_ms": milliseconds(fulfilment.created_at),
    }


def _fulfilment(row: Row) -> Fulfilment:
    return Fulfilment(
        number=int(row["sk"].removeprefix("FULFILMENT#")),
        team=TeamId(row["pk"].removeprefix("TEAM#")),
        promoter=row["promoter"],
        reward=row["reward"],
        conversion=ConversionId(row["conversion"]),
        amount=row["amount"],
        unit=row["unit"],
        offer=loads(row["offer"]),
        campaign=loads(row["campaign"]),
        status=FulfilmentStatus(row["status"]),
        has_issues=row["has_issues"],
        created_at=from_milliseconds(row["created_ms"]),
    )
