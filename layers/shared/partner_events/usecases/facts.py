"""What rules and templates of a workflow may look at, each part read when it is first asked for."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from partner_events.domain.contact import Contact
from partner_events.domain.execution import Execution
from partner_events.domain.ids import TeamId
from partner_events.domain.segment import facts_of
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.domain.workflow import Workflow
from partner_events.jsontext import loads


class LeadSource(Protocol):
    def get(self, team: TeamId, transaction_id: str) -> Any: ...


class Facts(Mapping[str, Any]):
    """The parts by their names; the event's variables also stand for themselves (S-33).

    What the event's data hold can be said without the `data`: `event.revenue`.
    """

    def __init__(self, parts: Mapping[str, Callable[[], Any]], variables: Mapping[str, Any]):
        self._parts = parts
        self._variables = variables
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._parts:
            return self._variables[name]
        if name not in self._known:
            self._known[name] = self._parts[name]()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._variables, **self._parts})

    def __len__(self) -> int:
        return len({**self._variables, **self._parts})

    def __contains__(self, name: object) -> bool:
        return name in self._parts or name in self._variables

    def with_awaited(self, awaited: Trigger) -> "Facts":
        return Facts({**self._parts, "awaited": lambda: event_facts(awaited)}, self._variables)


class _Event:
    """An event, whose parts are text, read when something asks for it."""

    def __init__(self, trigger: Trigger) -> None:
        self._trigger = trigger

    @cached_property
    def told(self) -> dict[str, Any]:
        return event_facts(self._trigger)


def workflow_facts(
    trigger: Trigger,
    workflow: Workflow,
    *,
    contact: Callable[[], Contact | None],
    leads: LeadSource | None,
    now: datetime,
    execution: Execution | None = None,
) -> Facts:
    """Gather what is known where a workflow is matched, or, with an execution, at its steps."""
    event = _Event(trigger)
    team = trigger.event.team
    parts: dict[str, Callable[[], Any]] = {
        "event": lambda: event.told,
        "contact": lambda: _contact(contact(), now),
        "lead": lambda: _lead(event.told, team, leads),
        "campaign": lambda: {"cid": event.told.get("cid")},
        "vars": lambda: workflow.vars,
        "workflow": lambda: {"key": workflow.key, "version": workflow.version},
        "tenant": lambda: {"id": team, "timezone": "UTC"},
        "now": lambda: format_timestamp(now),
    }
    if execution is not None:
        parts["execution"] = lambda: {"id": execution.id, "attempt": execution.attempt}
        parts["steps"] = lambda: _steps(execution)
    return Facts(parts, loads(trigger.event.variables))


def event_facts(trigger: Trigger) -> dict[str, Any]:
    event = trigger.event
    data = loads(event.data)
    return {
        **data,
        "id": trigger.id,
        "name": event.name,
        "occurred_at": format_timestamp(trigger.occurred_at),
        "data": data,
        "source": loads(event.source),
        "metadata": loads(event.metadata),
        "variables": loads(event.variables),
        "professional_id": event.professional_id,
        "contact_id": event.contact_id,
    }


def _contact(contact: Contact | None, now: datetime) -> dict[str, Any] | None:
    found: dict[str, Any] | None = facts_of(contact, now=now)["contact"] if contact else None
    return found


def _steps(execution: Execution) -> dict[str, Any]:
    """Tell of each step how it ended, and what it kept: under `output`, and by itself."""
    ended = {each.step: {"status": each.status.value} for each in execution.history}
    kept = {step: {**values, "output": values} for step, values in execution.outputs.items()}
    return {step: {**kept.get(step, {}), **ended.get(step, {})} for step in {**ended, **kept}}


def _lead(
    event: Mapping[str, Any], team: TeamId, leads: LeadSource | None
) -> dict[str, Any] | None:
    """Find the lead that the event is about: it names its transaction."""
    id = event.get("transaction_id")
    lead = leads.get(team, id) if leads is not None and isinstance(id, str) and id else None
    if lead is None:
        return None
    return {
        **lead.fields,
        "transaction_id": lead.transaction_id,
        "cid": lead.cid,
        "pid": lead.pid,
        "ref_id": lead.ref_id,
        "email": lead.email,
        "state": lead.state.value,
        "status": lead.fields.get("status", lead.state.value),
        "cost": lead.cost,
        "fields": dict(lead.fields),
    }
