"""Firing postbacks on DynamoDB: one transaction over the directory and the triggers.

pk                                       sk       what it holds, in the triggers' table
POSTBACK#<cid>#<event id>#<lead's id>    LOCK     until when the same postback is refused
POSTBACK#<cid>#<event id>#<lead's id>    FIRED    that the event was fired, and may not again

A lock is swept up by its `ttl`; what was fired once stays fired for as long as the lead is there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from partner_events.aws.claims import claim_of, claim_row
from partner_events.aws.leads import changed_lead, lead_key, lead_of, new_conversion
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put
from partner_events.aws.trigger_rows import new_triggers
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import TeamId
from partner_events.domain.postback import LOCKED_FOR, Firing, FiringKey, Standing
from partner_events.domain.timestamps import milliseconds
from partner_events.ports import ClaimContended, ClaimTaken
from partner_events.postback_ports import AlreadyFired, LeadChanged, LockHeld

SWEPT_AFTER = timedelta(hours=1)


class DynamoPostbackStore:
    def __init__(self, directory: Table, triggers: Table) -> None:
        self._directory = directory
        self._triggers = triggers

    def standing(self, team: TeamId, key: FiringKey, *, now: datetime) -> Standing:
        found = self._directory.get_with(
            [lead_key(team, key.transaction_id)],
            self._triggers,
            [(_pk(key), "LOCK"), (_pk(key), "FIRED")],
        )
        rows = {row["sk"]: row for row in found}
        lock = rows.get("LOCK")
        return Standing(
            lead=lead_of(rows["LEAD"]) if "LEAD" in rows else None,
            locked=lock is not None and lock["held_until_ms"] > milliseconds(now),
            fired="FIRED" in rows,
        )

    def fire(self, firing: Firing, *, claim: Claim | None = None, now: datetime) -> None:
        writes = [*_claim(claim, now), _lock(firing, now), *_fired(firing)]
        writes += new_triggers(firing.triggers, self._triggers)
        writes += map(self._directory.held, _lead(firing))
        try:
            self._triggers.transact(*writes)
        except Contended as error:
            if claim is not None:
                raise ClaimContended(claim.name) from error
            raise LockHeld(firing.key) from error
        except ConditionFailed as error:
            if not _is_ours(error, firing):
                raise _refusal(error, firing) from error


def _claim(claim: Claim | None, now: datetime) -> Sequence[Write]:
    free = f"{NEW} OR expires_ms <= :now"
    return [put(claim_row(claim), only_if=free, now=milliseconds(now))] if claim else []


def _lock(firing: Firing, now: datetime) -> Write:
    until = now + LOCKED_FOR
    lapsed = f"{NEW} OR held_until_ms <= :now"  # the clock decides; ttl deletes hours late
    row = {
        "pk": _pk(firing.key),
        "sk": "LOCK",
        "trigger": firing.triggers[0].id,
        "held_until_ms": milliseconds(until),
        "ttl": int((until + SWEPT_AFTER).timestamp()),
    }
    return put(row, only_if=lapsed, now=milliseconds(now))


def _fired(firing: Firing) -> Sequence[Write]:
    row = {"pk": _pk(firing.key), "sk": "FIRED", "trigger": firing.triggers[0].id}
    return [put(row, only_if=NEW)] if firing.once else []


def _lead(firing: Firing) -> Sequence[Write]:
    writes = [changed_lead(firing.lead)] if firing.lead else []
    if firing.conversion:
        team, transaction_id = firing.triggers[0].event.team, firing.key.transaction_id
        writes.append(new_conversion(firing.conversion, team=team, transaction_id=transaction_id))
    return writes


def _is_ours(error: ConditionFailed, firing: Firing) -> bool:
    """Tell whether it was this very firing that stood in the way: its answer was lost."""
    return error.row is not None and error.row.get("trigger") == firing.triggers[0].id


def _refusal(error: ConditionFailed, firing: Firing) -> Exception:
    row = error.row or {}
    match row.get("sk"):
        case "CLAIM":
            return ClaimTaken(claim_of(row))
        case "LOCK":
            return LockHeld(firing.key)
        case "FIRED":
            return AlreadyFired(firing.key)
        case "LEAD":
            return LeadChanged(firing.key)
    return error


def _pk(key: FiringKey) -> str:
    return f"POSTBACK#{key.cid}#{key.event_id}#{key.transaction_id}"
