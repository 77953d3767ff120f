"""What the templates and rules of a step may refer to.

`event`, `contact`, `lead`, `vars`, `workflow`, `execution`, `tenant`, `now` and what earlier
steps brought (`steps.<id>.output`); and the event's variables by their bare names (S-33), which
stand behind those. What costs a read is read when it is first asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from partner_events.domain.contact import Contact
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads

if TYPE_CHECKING:
    from partner_events.domain.lead import Lead
    from partner_events.domain.workflow import Workflow

# What a postback says stands beside the event's name, too: event.transaction_id.
OF_A_POSTBACK = ("event_id", "cid", "pid", "transaction_id", "revenue", "conversion_id")


class StepContext(Mapping[str, Any]):
    def __init__(
        self, known: Mapping[str, Any], later: Mapping[str, Callable[[], Any]] | None = None
    ) -> None:
        self._known = dict(known)
        self._later = dict(later or {})

    def __getitem__(self, name: str) -> Any:
        if name in self._later:
            self._known[name] = self._later.pop(name)()
        return self._known[name]

    def also(self, more: Mapping[str, Any]) -> "StepContext":
        return StepContext({**self._known, **more}, self._later)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._later})

    def __len__(self) -> int:
        return len({**self._known, **self._later})


def step_context(
    execution: Execution,
    trigger: Trigger,
    *,
    channel: str,
    now: datetime,
    vars: Mapping[str, Any],
    contact: Callable[[], Contact | None],
    lead: "Callable[[], Lead | None]",
) -> StepContext:
    """Put together what a step of this channel may refer to."""
    variables = variables_of(trigger, channel)
    known = {
        **variables,
        "event": event_values(trigger, variables),
        "vars": vars,
        "workflow": {"key": execution.workflow, "version": execution.version},
        "execution": {"id": execution.id},
        "steps": steps_of(execution),
        "campaign": {"cid": loads(trigger.event.data).get("cid")},
        "tenant": {"id": execution.team},
        "now": format_timestamp(now),
    }
    return StepContext(
        known,
        {
            "contact": lambda: contact_values(contact()),
            "lead": lambda: lead_values(lead()),
        },
    )


def steps_of(execution: Execution) -> dict[str, Mapping[str, Any]]:
    """Tell of each step how it ended, and what it brought: as `output`, and by itself."""
    ended = {each.step: {"status": each.status.value} for each in execution.history}
    brought = {id: {**made, "output": made} for id, made in execution.outputs.items()}
    return {id: {**brought.get(id, {}), **ended.get(id, {})} for id in {**ended, **brought}}


def matching_context(
    trigger: Trigger,
    workflow: "Workflow",
    *,
    now: datetime,
    contact: Contact | None,
    lead: "Callable[[], Lead | None]",
) -> StepContext:
    """Put together what the rules and keys may refer to that decide whether a workflow runs."""
    variables = variables_of(trigger, "")
    event = event_values(trigger, variables)
    known = {
        **variables,
        "event": event,
        "vars": workflow.vars,
        "workflow": {"key": workflow.key, "version": workflow.version},
        "campaign": {"cid": event.get("cid")},
        "contact": contact_values(contact),
        "tenant": {"id": trigger.event.team},
        "now": format_timestamp(now),
    }
    return StepContext(known, {"lead": lambda: lead_values(lead())})


def variables_of(trigger: Trigger, channel: str) -> dict[str, Any]:
    """Read the event's variables; those of the step's channel stand before the others (S-40)."""
    ours = loads(trigger.event.channel_variables).get(channel, {})
    return {**loads(trigger.event.variables), **ours}


def told_event(trigger: Trigger) -> dict[str, Any]:
    """Say of the event what everybody may hear: its variables are for workflows only."""
    event = trigger.event
    return {
        "id": trigger.id,
        "name": event.name,
        "data": loads(event.data),
        "source": loads(event.source),
        "professional_id": event.professional_id,
        "metadata": loads(event.metadata),
    }


def event_values(trigger: Trigger, variables: Mapping[str, Any]) -> dict[str, Any]:
    told = told_event(trigger)
    said = {name: told["data"][name] for name in OF_A_POSTBACK if name in told["data"]}
    return {**said, **told, "variables": variables}


def awaited_values(trigger: Trigger, contact: ContactId | None) -> dict[str, Any]:
    """Say of an event that was waited for what rules may look at."""
    return {**event_values(trigger, variables_of(trigger, "")), "contact_id": contact}


def event_output(trigger: Trigger, contact: ContactId | None) -> dict[str, Any]:
    """Say of it what later steps may refer to."""
    return {**told_event(trigger), "contact_id": contact}


def told_contact(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "external_id": contact.external_id,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "tags": sorted(contact.tags),
        "custom_fields": dict(contact.custom_fields),
    }


def contact_values(contact: Contact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    return {
        **told_contact(contact),
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "status": contact.status,
        "professional_id": contact.professional_id,
        "timezone": contact.timezone,
        "consent": {"email": contact.consent.email, "sms": contact.consent.sms},
    }


def lead_values(lead: "Lead | None") -> dict[str, Any] | None:
    """Write a lead with its fields beside its own words; its `status` is its state unless said."""
    if lead is None:
        return None
    return {
        "status": lead.state.value,
        **lead.fields,
        "transaction_id": lead.transaction_id,
        "cid": lead.cid,
        "pid": lead.pid,
        "ref_id": lead.ref_id,
        "email": lead.email,
        "state": lead.state.value,
        "cost": lead.cost,
        "fields": dict(lead.fields),
    }
