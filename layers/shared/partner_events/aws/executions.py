"""Executions on DynamoDB, beside the trigger that they belong to.

pk                     sk                what it holds
TRIGGER#<id>           EXECUTION#<id>    the cursor (`step`, `attempt`), its lease, the attempts
TRIGGER#<id>#<page>    EXECUTION#<id>    the same, planned with that page of an audience

A replay is written with its place in the trigger's plan, and its claim.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from partner_events.aws.claims import claim_of, claim_row
from partner_events.aws.execution_rows import execution_of, execution_row, partition, place
from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, Write, put, update
from partner_events.aws.trigger_rows import KEPT_FOR, count_key, planned_row
from partner_events.domain.execution import CANCELLED, Execution, ExecutionStatus
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunStep
from partner_events.domain.timestamps import milliseconds
from partner_events.ports import AlreadyThere, ClaimContended, ClaimTaken, Placed

OVER = {
    ExecutionStatus.COMPLETED: "sent",
    ExecutionStatus.FAILED: "failed",
    ExecutionStatus.CANCELLED: "cancelled",
}
UNLEASED = "(attribute_not_exists(leased_ms) OR leased_ms <= :now)"


class DynamoExecutionStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(self, message: RunStep, *, now: datetime, until: datetime) -> Execution | None:
        stands_here = "#status = :running AND step = :step AND attempt = :attempt"
        claimable = f"{stands_here} AND {UNLEASED}"
        try:
            row = self._table.update(
                partition(message),
                f"EXECUTION#{message.execution}",
                "SET #status = :running, step = :step, attempt = :attempt, leased_ms = :until,"
                " started_ms = if_not_exists(started_ms, :now), team = :team,"
                " workflow = :workflow, version = :version, contact = :contact, #ttl = :ttl"
                f"{_place_too(message)}",
                only_if=f"{NEW} OR ({claimable})" if message.first else claimable,
                running=ExecutionStatus.RUNNING.value,
                until=milliseconds(until),
                now=milliseconds(now),
                **_named(message, now),
            )
        except ConditionFailed:
            return None
        return execution_of(row)

    def get(self, message: Placed) -> Execution | None:
        row = self._table.get(
            place(message.trigger, message.page), f"EXECUTION#{message.execution}"
        )
        return execution_of(row) if row else None

    def save(self, execution: Execution, *, claimed: Execution) -> None:
        row = execution_row(execution)
        lease_is_ours = "leased_ms = :lease AND step = :step AND attempt = :attempt"
        assert claimed.leased_until is not None
        write = put(
            row,
            only_if=lease_is_ours,
            lease=milliseconds(claimed.leased_until),
            step=claimed.step,
            attempt=claimed.attempt,
        )
        try:
            self._commit(write, execution)
        except (ConditionFailed, Contended) as error:
            raise AlreadyThere(execution.id) from error

    def count(self, execution: Execution) -> None:
        if not execution.is_over or execution.page is None:
            return
        assert execution.finished_at is not None
        with suppress(ConditionFailed):  # it is counted already
            self._table.update(
                f"TRIGGER#{execution.trigger}",
                count_key(execution.page),
                f"SET finished_ms = :now ADD {OVER[execution.status]} :here DELETE #left :here",
                only_if="contains(#left, :place)",
                now=milliseconds(execution.finished_at),
                here={execution.place},
                place=execution.place,
            )

    def fail(self, message: RunStep, *, reason: str, now: datetime) -> bool:
        failed = ExecutionStatus.FAILED
        write = update(
            partition(message),
            f"EXECUTION#{message.execution}",
            "SET #status = :failed, failure = :reason, finished_ms = :now, team = :team,"
            " workflow = :workflow, version = :version, contact = :contact, step = :step,"
            f" attempt = :attempt, #ttl = :ttl{_place_too(message)} REMOVE leased_ms",
            only_if="attribute_not_exists(#status) OR"
            " (#status = :running AND step = :step AND attempt = :attempt)",
            failed=failed.value,
            running=ExecutionStatus.RUNNING.value,
            reason=reason,
            now=milliseconds(now),
            **_named(message, now),
        )
        return self._counted(write, message, failed, now)

    def cancel(self, message: RunStep, *, now: datetime, reason: str = CANCELLED) -> bool:
        cancelled = ExecutionStatus.CANCELLED
        write = update(
            partition(message),
            f"EXECUTION#{message.execution}",
            "SET #status = :cancelled, failure = :reason, finished_ms = :now, team = :team,"
            " workflow = :workflow, version = :version, contact = :contact,"
            " step = if_not_exists(step, :step), attempt = if_not_exists(attempt, :attempt),"
            f" #ttl = :ttl{_place_too(message)} REMOVE leased_ms, retry_ms, waits",
            only_if=f"attribute_not_exists(#status) OR (#status = :running AND {UNLEASED})",
            cancelled=cancelled.value,
            running=ExecutionStatus.RUNNING.value,
            reason=reason,
            now=milliseconds(now),
            **_named(message, now),
        )
        return self._counted(write, message, cancelled, now)

    def _counted(
        self, write: Write, message: RunStep, status: ExecutionStatus, now: datetime
    ) -> bool:
        """Do the write and count it; what was done before is at most counted."""
        try:
            if message.page is None:
                self._table.transact(write, _count(message.trigger, OVER[status], now))
            else:
                self._table.transact(write)
        except ConditionFailed:
            done = False
        else:
            done = True
        standing = self.get(message) if message.page is not None else None
        if standing is not None:
            self.count(standing)
        return done

    def replay(
        self, execution: Execution, *, most: int, claim: Claim | None, now: datetime
    ) -> bool:
        writes = [put(execution_row(execution), only_if=NEW), _planned(execution, most, now)]
        if claim is not None:
            free = f"{NEW} OR expires_ms <= :now"  # as `triggers` asks
            writes.append(put(claim_row(claim), only_if=free, now=milliseconds(now)))
        try:
            self._table.transact(*writes)
        except Contended as error:
            raise ClaimContended(execution.id) from error
        except ConditionFailed as error:
            if error.index == 2 and error.row is not None:
                raise ClaimTaken(claim_of(error.row)) from error
            return error.index == 0  # our own write, whose answer was lost
        return True

    def of_trigger(self, trigger: TriggerId, *, page: int | None = None) -> Sequence[Execution]:
        rows = self._table.all(place(trigger, page), "EXECUTION#")
        return [execution_of(row) for row in rows]

    def _commit(self, write: Row, execution: Execution) -> None:
        if execution.is_over and execution.page is None:
            assert execution.finished_at is not None
            counter = _count(execution.trigger, OVER[execution.status], execution.finished_at)
            self._table.transact(write, counter)
        else:
            self._table.write(write)


def _named(message: RunStep, now: datetime) -> Row:
    """Take from a message what begins an execution's row, if it is the first to write it."""
    return {
        "team": message.team,
        "workflow": message.workflow,
        "version": message.version,
        "contact": message.contact or "",
        "step": message.step,
        "attempt": message.attempt,
        "ttl": int((now + KEPT_FOR).timestamp()),
        **({"place": message.place} if message.place is not None else {}),
    }


def _place_too(message: RunStep) -> str:
    return ", place = :place" if message.place is not None else ""


def _planned(execution: Execution, most: int, now: datetime) -> Write:
    return update(
        f"TRIGGER#{execution.trigger}",
        "PLAN",
        "SET executions = list_append(executions, :planned), #left = #left + :one, #ttl = :ttl",
        only_if="attribute_not_exists(walking) AND size(executions) < :most",
        planned=[planned_row(execution)],
        one=1,
        most=most,
        ttl=int((now + KEPT_FOR).timestamp()),
    )


def _count(trigger: TriggerId, what: str, now: datetime) -> Row:
    return update(
        f"TRIGGER#{trigger}",
        "PLAN",
        f"SET finished_ms = :now ADD {what} :one, #left :one_less",
        only_if="attribute_exists(pk)",
        now=milliseconds(now),
        one=1,
        one_less=-1,
    )
