"""Triggers and their plans on DynamoDB.

pk                    sk            what it holds
TRIGGER#<id>          TRIGGER       the accepted event; its size is its cost, so it changes once
TRIGGER#<id>          PLAN          what it led to, and the counters: what is over, what is `left`
TRIGGER#<id>          EMITTED       how many events of workflows it led to, at any depth
TRIGGER#<id>          EXECUTION#…   see `executions`, and `audiences` for what a walk adds
CLAIM#<name>          CLAIM         an Idempotency-Key and the first answer
EFFECT#<id>           EFFECT        that a step's effect took place; written with what it did

A trigger that never ran, because it is scheduled, or was cancelled or failed before it could,
has its team as `never_ran` too, and so stands in the index of that name (see `trigger_list`).
An ordinary event never does, and costs that index nothing.
Times are milliseconds since 1970 (`…_ms`); `ttl` is in seconds, and only sweeps.
"""

from contextlib import suppress
from datetime import datetime

from partner_events.aws.claims import claim_of, claim_row
from partner_events.aws.items import Row
from partner_events.aws.table import (
    NEW,
    ConditionFailed,
    Contended,
    Table,
    Write,
    check,
    put,
    update,
)
from partner_events.aws.trigger_rows import (
    KEPT_FOR,
    add_up,
    count_key,
    plan_of,
    plan_row,
    trigger_of,
    trigger_row,
)
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import Position, TriggerId
from partner_events.domain.timestamps import milliseconds
from partner_events.domain.trigger import Plan, Status, Trigger
from partner_events.ports import ClaimContended, ClaimTaken

IS_RUNNING = "#status IN (:scheduled, :queued, :processing)"
RUNNING = {status.value: status.value for status in (Status.SCHEDULED, Status.QUEUED)} | {
    "processing": Status.PROCESSING.value
}
LEFT = "#left > :none OR walking = :true"
NEVER_RAN = ", never_ran = team"


class DynamoTriggerStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, trigger: Trigger, *, claim: Claim | None = None, now: datetime) -> None:
        row = trigger_row(trigger)
        if claim is None:
            self._add_alone(row)
            return
        free = f"{NEW} OR expires_ms <= :now"  # the clock decides; ttl deletes hours late
        try:
            self._table.transact(
                put(claim_row(claim), only_if=free, now=milliseconds(now)),
                put(row, only_if=NEW),
            )
        except Contended as error:
            raise ClaimContended(claim.name) from error
        except ConditionFailed as error:
            if error.row is None or error.index != 0:
                raise
            raise ClaimTaken(claim_of(error.row)) from error

    def _add_alone(self, row: Row) -> None:
        # Ids are random: in a failed condition it is our own write, whose answer was lost.
        with suppress(ConditionFailed):
            self._table.put(row, only_if=NEW)

    def emit(self, trigger: Trigger, *, root: TriggerId, most: int, now: datetime) -> bool:
        ttl = int((max(now, trigger.due_at or now) + KEPT_FOR).timestamp())
        counted = update(
            f"TRIGGER#{root}",
            "EMITTED",
            "ADD emitted :one SET #ttl = :ttl",
            only_if="attribute_not_exists(emitted) OR emitted < :most",
            one=1,
            most=most,
            ttl=ttl,
        )
        try:
            self._table.transact(put(trigger_row(trigger), only_if=NEW), counted)
        except ConditionFailed as error:
            return error.index == 0  # it is there already
        return True

    def find_claim(self, name: str, *, now: datetime) -> Claim | None:
        row = self._table.get(f"CLAIM#{name}", "CLAIM")
        claim = claim_of(row) if row else None
        return claim if claim and now < claim.expires_at else None

    def get(self, id: TriggerId, *, counted: bool = True) -> Trigger | None:
        rows = {row["sk"]: row for row in self._table.between(f"TRIGGER#{id}", "PLAN", "TRIGGER")}
        if "TRIGGER" not in rows:
            return None
        trigger = trigger_of(rows["TRIGGER"], rows.get("PLAN"))
        return add_up(self._table, trigger) if counted else trigger

    def start(
        self, id: TriggerId, *, now: datetime, position: Position, number: int
    ) -> Trigger | None:
        try:
            row = self._table.update(
                f"TRIGGER#{id}",
                "TRIGGER",
                "SET #status = :processing, started_ms = if_not_exists(started_ms, :now),"
                " #position = if_not_exists(#position, :position),"
                " #number = if_not_exists(#number, :number) REMOVE never_ran",
                only_if=f"{IS_RUNNING} AND (attribute_not_exists(due_ms) OR due_ms <= :now)",
                now=milliseconds(now),
                position=position,
                number=number,
                **RUNNING,
            )
        except ConditionFailed as error:
            return trigger_of(error.row, None) if error.row else None
        return trigger_of(row, None)

    def move(self, id: TriggerId, *, old: Position, new: Position) -> Position:
        try:
            row = self._table.update(
                f"TRIGGER#{id}",
                "TRIGGER",
                "SET #position = :new",
                only_if="#position = :old",
                old=old,
                new=new,
            )
        except ConditionFailed as error:
            if error.row is None:
                raise
            row = error.row
        return Position(row["position"])

    def plan(self, id: TriggerId, plan: Plan, *, now: datetime) -> Plan:
        try:
            self._table.put(plan_row(id, plan, now), only_if=NEW)
        except ConditionFailed as error:
            if error.row is None:
                raise
            return plan_of(id, error.row)
        return plan

    def keep(self, id: TriggerId, *, until: datetime, page: int | None = None) -> None:
        ttl = int((until + KEPT_FOR).timestamp())
        keys = ["TRIGGER", "PLAN"]
        keys += [f"PAGE#{page:06}", count_key(page)] if page is not None else []
        for key in keys:
            with suppress(ConditionFailed):  # kept for as long already, or not there
                self._table.update(
                    f"TRIGGER#{id}", key, "SET #ttl = :ttl", only_if="#ttl < :ttl", ttl=ttl
                )

    def fail(self, id: TriggerId, *, reason: str, now: datetime) -> bool:
        return self._fail(id, reason, now, NEVER_RAN) or self._fail(id, reason, now)

    def _fail(self, id: TriggerId, reason: str, now: datetime, never_ran: str = "") -> bool:
        try:
            self._table.update(
                f"TRIGGER#{id}",
                "TRIGGER",
                f"SET #status = :failed, failure = :reason, finished_ms = :now{never_ran}",
                only_if=IS_RUNNING + (" AND attribute_not_exists(#position)" if never_ran else ""),
                failed=Status.FAILED.value,
                reason=reason,
                now=milliseconds(now),
                **RUNNING,
            )
        except ConditionFailed:
            return False
        return True

    def cancel(self, id: TriggerId, *, now: datetime) -> bool:
        try:
            self._table.transact(_cancelled(id, now, NEVER_RAN, Status.SCHEDULED, Status.QUEUED))
        except ConditionFailed as error:
            if error.row is None or error.row["status"] != Status.PROCESSING.value:
                return False
        else:
            return True
        if self._cancel_if(id, check(f"TRIGGER#{id}", "PLAN", LEFT, none=0, true=True), now):
            return True
        return any(
            self._cancel_if(id, check(row["pk"], row["sk"], "attribute_exists(#left)"), now)
            for row in self._table.all(f"TRIGGER#{id}", "COUNT#")
            if "left" in row
        )

    def _cancel_if(self, id: TriggerId, something_is_left: Write, now: datetime) -> bool:
        try:
            self._table.transact(_cancelled(id, now, "", Status.PROCESSING), something_is_left)
        except ConditionFailed:
            return False
        return True


def _cancelled(id: TriggerId, now: datetime, never_ran: str, *was: Status) -> Write:
    return update(
        f"TRIGGER#{id}",
        "TRIGGER",
        f"SET #status = :cancelled, finished_ms = :now{never_ran}",
        only_if="#status IN (:was, :or_was)",
        cancelled=Status.CANCELLED.value,
        now=milliseconds(now),
        was=was[0].value,
        or_was=was[-1].value,
    )
