"""Triggers and their plans on DynamoDB.

pk                    sk            what it holds
TRIGGER#<id>          TRIGGER       the accepted event; its size is its cost, so it changes once
TRIGGER#<id>          PLAN          what it led to, and the counters of what is over
TRIGGER#<id>          EXECUTION#…   see `executions`
CLAIM#<name>          CLAIM         an Idempotency-Key and the first answer

Times are milliseconds since 1970 (`…_ms`); `ttl` is in seconds, and only sweeps.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from partner_events.aws.claims import claim_of, claim_row
from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Contended, Table, put
from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import EMPTY, Event, JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import ContactId, ExecutionId, Position, TeamId, TriggerId
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Filtered, Plan, Reason, Status, Trigger
from partner_events.jsontext import dumps, loads
from partner_events.ports import ClaimContended, ClaimTaken

KEPT_FOR = timedelta(days=30)
IS_RUNNING = "#status IN (:scheduled, :queued, :processing)"
RUNNING = {status.value: status.value for status in (Status.SCHEDULED, Status.QUEUED)} | {
    "processing": Status.PROCESSING.value
}


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

    def find_claim(self, name: str, *, now: datetime) -> Claim | None:
        row = self._table.get(f"CLAIM#{name}", "CLAIM")
        claim = claim_of(row) if row else None
        return claim if claim and now < claim.expires_at else None

    def get(self, id: TriggerId) -> Trigger | None:
        rows = {row["sk"]: row for row in self._table.between(f"TRIGGER#{id}", "PLAN", "TRIGGER")}
        return _trigger(rows["TRIGGER"], rows.get("PLAN")) if "TRIGGER" in rows else None

    def start(
        self, id: TriggerId, *, now: datetime, position: Position, number: int
    ) -> Trigger | None:
        try:
            row = self._table.update(
                f"TRIGGER#{id}",
                "TRIGGER",
                "SET #status = :processing, started_ms = if_not_exists(started_ms, :now),"
                " #position = if_not_exists(#position, :position),"
                " #number = if_not_exists(#number, :number)",
                only_if=f"{IS_RUNNING} AND (attribute_not_exists(due_ms) OR due_ms <= :now)",
                now=milliseconds(now),
                position=position,
                number=number,
                **RUNNING,
            )
        except ConditionFailed as error:
            return _trigger(error.row, None) if error.row else None
        return _trigger(row, None)

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
            self._table.put(_plan_row(id, plan, now), only_if=NEW)
        except ConditionFailed as error:
            if error.row is None:
                raise
            return _plan(id, error.row)
        return plan

    def fail(self, id: TriggerId, *, reason: str, now: datetime) -> bool:
        try:
            self._table.update(
                f"TRIGGER#{id}",
                "TRIGGER",
                "SET #status = :failed, failure = :reason, finished_ms = :now",
                only_if=IS_RUNNING,
                failed=Status.FAILED.value,
                reason=reason,
                now=milliseconds(now),
                **RUNNING,
            )
        except ConditionFailed:
            return False
        return True


def trigger_row(trigger: Trigger) -> Row:
    event = trigger.event
    expires = max(trigger.created_at, trigger.due_at or trigger.created_at) + KEPT_FOR
    return {
        "pk": f"TRIGGER#{trigger.id}",
        "sk": "TRIGGER",
        "team": event.team,
        "name": event.name,
        "data": _unless_empty(event.data),
        "variables": _unless_empty(event.variables),
        "source": _unless_empty(event.source),
        "contact": _unless_empty(_contact_text(event.contact)),
        "status": trigger.status.value,
        "created_ms": milliseconds(trigger.created_at),
        "due_ms": milliseconds(trigger.due_at) if trigger.due_at else None,
        "ttl": int(expires.timestamp()),
    }


def _trigger(row: Row, plan: Row | None) -> Trigger:
    id = TriggerId(row["pk"].removeprefix("TRIGGER#"))
    finished = _time(plan, "finished_ms") if plan else None
    return Trigger(
        id=id,
        event=Event(
            team=TeamId(row["team"]),
            name=row["name"],
            data=JsonText(row.get("data", EMPTY)),
            variables=JsonText(row.get("variables", EMPTY)),
            source=JsonText(row.get("source", EMPTY)),
            contact=ContactDetails(**loads(row.get("contact", EMPTY))),
        ),
        status=Status(row["status"]),
        created_at=from_milliseconds(row["created_ms"]),
        due_at=_time(row, "due_ms"),
        started_at=_time(row, "started_ms"),
        finished_at=_time(row, "finished_ms") or finished,
        position=row.get("position"),
        number=row.get("number"),
        plan=_plan(id, plan) if plan else None,
        sent=plan.get("sent", 0) if plan else 0,
        failed=plan.get("failed", 0) if plan else 0,
        failure=row.get("failure"),
    )


def _plan_row(id: TriggerId, plan: Plan, now: datetime) -> Row:
    return {
        "pk": f"TRIGGER#{id}",
        "sk": "PLAN",
        "executions": [
            {
                "id": execution.id,
                "team": execution.team,
                "workflow": execution.workflow,
                "version": execution.version,
                "contact": execution.contact,
                "step": execution.step,
            }
            for execution in plan.executions
        ],
        "filtered": [[each.workflow, each.reason.value] for each in plan.filtered],
        "finished_ms": milliseconds(now),  # of the plan itself, until an execution is over
        "ttl": int((now + KEPT_FOR).timestamp()),
    }


def _plan(id: TriggerId, row: Row) -> Plan:
    return Plan(
        executions=tuple(
            Execution(
                id=ExecutionId(each["id"]),
                team=TeamId(each["team"]),
                trigger=id,
                workflow=each["workflow"],
                version=each["version"],
                contact=ContactId(each["contact"]) if "contact" in each else None,
                step=each["step"],
            )
            for each in row["executions"]
        ),
        filtered=tuple(Filtered(workflow, Reason(why)) for workflow, why in row["filtered"]),
    )


def _contact_text(details: ContactDetails) -> JsonText:
    said: dict[str, Any] = {
        "external_id": details.external_id,
        "email": details.email,
        "phone": details.phone,
        "name": details.name,
        "custom_fields": dict(details.custom_fields) or None,
    }
    return dumps({name: value for name, value in said.items() if value is not None})


def _unless_empty(text: JsonText) -> JsonText | None:
    return None if text == EMPTY else text


def _time(row: Row, name: str) -> datetime | None:
    return from_milliseconds(row[name]) if name in row else None
