"""Promoters and their promotions on DynamoDB, in the directory's table.

pk                                 sk                              what it holds
PROMOTER#<team>#<id>               PROMOTER                        the promoter, with its balances
PROMOTER#<team>#<id>               PROMOTION#<cid>#<ref_id>        that it has this promotion
PROMOTER_EMAIL#<team>#<e-mail>     PROMOTER_EMAIL                  which promoter has this e-mail
CAMPAIGN#<cid>                     PROMOTION#<ref_id>              a promotion
TEAM#<team>                        PROMOTER#<id>                   that the team has this promoter
"""

from collections.abc import Mapping, Sequence
from itertools import batched

from partner_events.aws.items import Row
from partner_events.aws.table import (
    NEW,
    ConditionFailed,
    Contended,
    Key,
    Table,
    Write,
    delete,
    put,
    update,
)
from partner_events.aws.trigger_rows import new_triggers
from partner_events.domain.campaign import CampaignId
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page
from partner_events.domain.promoter import Promoter, PromoterStatus, Promotion, PromotionStatus
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import dumps, loads
from partner_events.payout_ports import EmailTaken, RefIdTaken
from partner_events.ports import AlreadyThere

AT_ONCE = 100  # rows that one read may ask for
DIGITS = 16  # of an integer id in a sort key, so that ids sort as numbers


class DynamoPromoterStore:
    def __init__(self, directory: Table, triggers: Table) -> None:
        self._table = directory
        self._triggers = triggers

    def add(
        self, promoter: Promoter, *, promotions: Sequence[Promotion] = (), told: Sequence[Trigger]
    ) -> None:
        listed = {"pk": f"TEAM#{promoter.team}", "sk": f"PROMOTER#{promoter.number:0{DIGITS}}"}
        self._write(
            put(_promoter_row(promoter), only_if=NEW),
            _take_email(promoter),
            put(listed),
            *(write for each in promotions for write in _new_promotion(each)),
            *new_triggers(told, self._triggers),
        )

    def get(self, team: TeamId, number: int) -> Promoter | None:
        row = self._table.get(*promoter_key(team, number))
        return _promoter(row) if row else None

    def get_many(self, team: TeamId, numbers: Sequence[int]) -> Mapping[int, Promoter]:
        keys = [promoter_key(team, number) for number in dict.fromkeys(numbers)]
        found = map(_promoter, self._table.get_many(keys)) if keys else ()
        return {promoter.number: promoter for promoter in found}

    def save(self, promoter: Promoter, *, previous: Promoter) -> None:
        moves = promoter.identity != previous.identity
        self._write(
            changed_promoter(promoter),
            *([_take_email(promoter), delete(*_email_key(previous))] if moves else []),
        )

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[Promoter]:
        listed, after = self._table.page(f"TEAM#{team}", "PROMOTER#", limit=limit, cursor=cursor)
        numbers = [int(row["sk"].removeprefix("PROMOTER#")) for row in listed]
        found = self.get_many(team, numbers)
        return Page([found[number] for number in numbers], after)

    def add_promotion(self, promotion: Promotion) -> None:
        self._write(*_new_promotion(promotion))

    def switch_promotion(self, promotion: Promotion) -> Promotion:
        row = self._table.update(
            *_promotion_key(promotion), "SET #status = :status", status=promotion.status.value
        )
        return _promotion(row)

    def promotion(self, cid: CampaignId, ref_id: str) -> Promotion | None:
        row = self._table.get(f"CAMPAIGN#{cid}", f"PROMOTION#{ref_id}")
        return _promotion(row) if row else None

    def promotions_of(
        self, team: TeamId, number: int, *, cid: CampaignId | None = None
    ) -> Sequence[Promotion]:
        pk, _ = promoter_key(team, number)
        listed = self._table.all(pk, f"PROMOTION#{cid}#" if cid else "PROMOTION#")
        keys = [(f"CAMPAIGN#{row['cid']}", f"PROMOTION#{row['ref_id']}") for row in listed]
        rows = [
            row
            for some in batched(keys, AT_ONCE, strict=False)
            for row in self._table.get_many([*some])
        ]
        return sorted(map(_promotion, rows), key=lambda promotion: promotion.number)

    def _write(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except Contended as error:
            raise AlreadyThere("promoter") from error
        except ConditionFailed as error:
            match (error.row or {}).get("sk", "").split("#"):
                case ["PROMOTER_EMAIL"]:
                    raise EmailTaken("email") from error
                case ["PROMOTION", ref_id]:
                    raise RefIdTaken(ref_id) from error
            raise AlreadyThere("promoter") from error


def promoter_key(team: TeamId, number: int) -> Key:
    return f"PROMOTER#{team}#{number}", "PROMOTER"


def changed_promoter(promoter: Promoter) -> Write:
    """Write a promoter that was read one revision earlier, if nobody else has meanwhile."""
    row, previous = _promoter_row(promoter), promoter.revision - 1
    return put(row, only_if="revision = :previous", previous=previous)


def counted_conversion(promotion: Promotion) -> Write:
    """Count one more conversion, if nobody else has since the promotion was read."""
    known = promotion.conversions
    return update(
        *_promotion_key(promotion),
        "SET #conversions = :next",
        only_if="#conversions = :known",
        known=known,
        next=known + 1,
    )


def _take_email(promoter: Promoter) -> Write:
    pk, sk = _email_key(promoter)
    row = {"pk": pk, "sk": sk, "promoter": promoter.number}
    mine = f"{NEW} OR promoter = :mine"
    return put(row, only_if=mine, mine=promoter.number)


def _email_key(promoter: Promoter) -> Key:
    return f"PROMOTER_EMAIL#{promoter.team}#{promoter.identity}", "PROMOTER_EMAIL"


def _promotion_key(promotion: Promotion) -> Key:
    return f"CAMPAIGN#{promotion.cid}", f"PROMOTION#{promotion.ref_id}"


def _new_promotion(promotion: Promotion) -> Sequence[Write]:
    pk, sk = _promotion_key(promotion)
    owner, _ = promoter_key(promotion.team, promotion.promoter)
    row = {
        "pk": pk,
        "sk": sk,
        "number": promotion.number,
        "team": promotion.team,
        "promoter": promotion.promoter,
        "status": promotion.status.value,
        "conversions": promotion.conversions,
        "created_ms": milliseconds(promotion.created_at),
    }
    listed = {
        "pk": owner,
        "sk": f"PROMOTION#{promotion.cid}#{promotion.ref_id}",
        "cid": promotion.cid,
        "ref_id": promotion.ref_id,
    }
    return [put(row, only_if=NEW), put(listed)]


def _promoter_row(promoter: Promoter) -> Row:
    pk, sk = promoter_key(promoter.team, promoter.number)
    return {
        "pk": pk,
        "sk": sk,
        "email": promoter.email,
        "status": promoter.status.value,
        "cust_id": promoter.cust_id,
        "default_ref_id": promoter.default_ref_id,
        "profile": dumps(dict(promoter.profile)),
        "earnings": dict(promoter.earnings_balance),
        "current": dict(promoter.current_balance),
        "paid": dict(promoter.paid_balance),
        "created_ms": milliseconds(promoter.created_at),
        "updated_ms": milliseconds(promoter.updated_at),
        "revision": promoter.revision,
    }


def _promoter(row: Row) -> Promoter:
    team, number = row["pk"].removeprefix("PROMOTER#").rsplit("#", 1)
    return Promoter(
        number=int(number),
        team=TeamId(team),
        email=row["email"],
        status=PromoterStatus(row["status"]),
        cust_id=row.get("cust_id"),
        default_ref_id=row["default_ref_id"],
        profile=loads(row["profile"]),
        earnings_balance=row["earnings"],
        current_balance=row["current"],
        paid_balance=row["paid"],
        created_at=from_milliseconds(row["created_ms"]),
        updated_at=from_milliseconds(row["updated_ms"]),
        revision=row["revision"],
    )


def _promotion(row: Row) -> Promotion:
    return Promotion(
        number=row["number"],
        team=TeamId(row["team"]),
        cid=CampaignId(row["pk"].removeprefix("CAMPAIGN#")),
        ref_id=row["sk"].removeprefix("PROMOTION#"),
        promoter=row["promoter"],
        status=PromotionStatus(row["status"]),
        conversions=row["conversions"],
        created_at=from_milliseconds(row["created_ms"]),
    )
