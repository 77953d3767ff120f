"""Triggers and plans in and out of their rows; `triggers` says where those stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table, Write, put
from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import EMPTY, Audience, Event, JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId, ExecutionId, TeamId, TriggerId
from partner_events.domain.timestamps import from_milliseconds, milliseconds
from partner_events.domain.trigger import Filtered, Plan, Reason, Status, Trigger, Walk
from partner_events.jsontext import dumps, loads
from partner_events.ports import EffectDone

KEPT_FOR = timedelta(days=30)


def new_triggers(told: Sequence[Trigger], triggers: Table) -> list[Write]:
    """Write events that tell of a thing, in the transaction that writes the thing itself.

    `triggers` is the triggers' table, whichever table that transaction is of.
    """
    return [triggers.held(put(trigger_row(each), only_if=NEW)) for each in told]


def new_effects(effects: Sequence[str], triggers: Table, *, now: datetime) -> list[Write]:
    """Write effects in a transaction of any table; `triggers` is the triggers' own."""
    ttl = int((now + KEPT_FOR).timestamp())
    return [
        triggers.held(put({"pk": f"EFFECT#{each}", "sk": "EFFECT", "ttl": ttl}, only_if=NEW))
        for each in effects
    ]


def refuse_effects(error: ConditionFailed) -> None:
    """Raise `EffectDone` if it was an effect that stood in the way."""
    row = error.row or {}
    if row.get("sk") == "EFFECT":
        raise EffectDone(row["pk"].removeprefix("EFFECT#")) from error


def trigger_row(trigger: Trigger) -> Row:
    event = trigger.event
    expires = max(trigger.created_at, trigger.due_at or trigger.created_at) + KEPT_FOR
    return {
        "pk": f"TRIGGER#{trigger.id}",
        "sk": "TRIGGER",
        "team": event.team,
        "never_ran": event.team if trigger.due_at else None,
        "name": event.name,
        "data": _unless_empty(event.data),
        "variables": _unless_empty(event.variables),
        "source": _unless_empty(event.source),
        "contact": _unless_empty(_contact_text(event.contact)),
        "contact_id": event.contact_id,
        "professional_id": event.professional_id,
        "metadata": _unless_empty(event.metadata),
        "workflow": event.workflow,
        "channel_variables": _unless_empty(event.channel_variables),
        "audience": sorted(event.audience.tags) if event.audience else None,
        "depth": event.depth or None,
        "root": event.root,
        "status": trigger.status.value,
        "created_ms": milliseconds(trigger.created_at),
        "due_ms": milliseconds(trigger.due_at) if trigger.due_at else None,
        "ttl": int(expires.timestamp()),
    }


def trigger_of(row: Row, plan: Row | None) -> Trigger:
    id = TriggerId(row["pk"].removeprefix("TRIGGER#"))
    finished = _time(plan, "finished_ms") if plan else None
    return Trigger(
        id=id,
        event=_event(row),
        status=Status(row["status"]),
        created_at=from_milliseconds(row["created_ms"]),
        due_at=_time(row, "due_ms"),
        started_at=_time(row, "started_ms"),
        finished_at=_time(row, "finished_ms") or finished,
        position=row.get("position"),
        number=row.get("number"),
        plan=plan_of(id, plan) if plan else None,
        sent=plan.get("sent", 0) if plan else 0,
        failed=plan.get("failed", 0) if plan else 0,
        cancelled=plan.get("cancelled", 0) if plan else 0,
        failure=row.get("failure"),
    )


def _event(row: Row) -> Event:
    return Event(
        team=TeamId(row["team"]),
        name=row["name"],
        data=JsonText(row.get("data", EMPTY)),
        variables=JsonText(row.get("variables", EMPTY)),
        source=JsonText(row.get("source", EMPTY)),
        contact=ContactDetails(**loads(row.get("contact", EMPTY))),
        contact_id=row.get("contact_id"),
        professional_id=row.get("professional_id"),
        metadata=JsonText(row.get("metadata", EMPTY)),
        workflow=row.get("workflow"),
        channel_variables=JsonText(row.get("channel_variables", EMPTY)),
        audience=Audience(frozenset(row["audience"])) if "audience" in row else None,
        depth=row.get("depth", 0),
        root=TriggerId(row["root"]) if "root" in row else None,
    )


def plan_row(id: TriggerId, plan: Plan, now: datetime) -> Row:
    return {
        "pk": f"TRIGGER#{id}",
        "sk": "PLAN",
        "executions": [planned_row(execution) for execution in plan.executions],
        "filtered": [[each.workflow, each.reason.value] for each in plan.filtered],
        "left": len(plan.executions),
        **(_walk_row(plan.walk) if plan.walk else {}),
        "finished_ms": milliseconds(now),  # of the plan itself, until an execution is over
        "ttl": int((now + KEPT_FOR).timestamp()),
    }


def planned_row(execution: Execution) -> Row:
    return {
        "id": execution.id,
        "team": execution.team,
        "workflow": execution.workflow,
        "version": execution.version,
        "contact": execution.contact,
        "step": execution.step,
        "replay_of": execution.replay_of,
    }


def plan_of(id: TriggerId, row: Row) -> Plan:
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
                replay_of=each.get("replay_of"),
            )
            for each in row["executions"]
        ),
        filtered=tuple(Filtered(workflow, Reason(why)) for workflow, why in row["filtered"]),
        walk=_walk(row) if "walking" in row else None,
    )


def _walk_row(walk: Walk) -> Row:
    return {
        "workflow": walk.workflow,
        "version": walk.version,
        "step": walk.step,
        "page": walk.page,
        "cursor": walk.cursor,
        "walking": not walk.is_over,
        "planned": walk.planned,
        **{filtered_name(reason): count for reason, count in walk.filtered.items()},
    }


def _walk(row: Row) -> Walk:
    return Walk(
        workflow=row["workflow"],
        version=row["version"],
        step=row["step"],
        page=row["page"],
        cursor=row.get("cursor"),
        is_over=not row["walking"],
        planned=row["planned"],
        filtered={
            reason: row[filtered_name(reason)] for reason in Reason if filtered_name(reason) in row
        },
    )


def filtered_name(reason: Reason) -> str:
    """Name the counter of an audience's contacts that were filtered for this reason."""
    return f"filtered_{reason.value}"


def count_key(page: int) -> str:
    """Name the row, within the trigger's, that counts the executions of a page."""
    return f"COUNT#{page:06}"


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


def add_up(table: Table, trigger: Trigger) -> Trigger:
    """Fill in what is over of an audience; the pages planned since it was read do not count."""
    walk = trigger.walk
    if walk is None or not walk.planned:
        return trigger
    rows = [
        row
        for row in table.all(f"TRIGGER#{trigger.id}", "COUNT#")
        if row["sk"] < count_key(walk.page)
    ]
    counted = replace(
        trigger,
        sent=_sum(rows, "sent"),
        failed=_sum(rows, "failed"),
        cancelled=_sum(rows, "cancelled"),
    )
    if counted.state is not Status.COMPLETED:  # else a cancel or failure says when it ended
        return counted
    finished = max(row["finished_ms"] for row in rows)
    planned = counted.finished_at or from_milliseconds(0)
    return replace(counted, finished_at=max(planned, from_milliseconds(finished)))


def _sum(rows: list[Row], what: str) -> int:
    return sum(len(row.get(what, ())) for row in rows)
