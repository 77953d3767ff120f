"""Say what a workflow would do for an event: the real steps, in a world where nothing happens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from partner_events.directory_ports import SegmentStore
from partner_events.domain.contact import Contact
from partner_events.domain.errors import NotFound
from partner_events.domain.event import Event
from partner_events.domain.execution import Execution, ExecutionStatus, StepAttempt
from partner_events.domain.ids import ContactId, TriggerId, derived_uuid, execution_id
from partner_events.domain.notice import Envelope
from partner_events.domain.segment import memberships
from partner_events.domain.trigger import Reason, Trigger
from partner_events.domain.workflow import Workflow
from partner_events.usecases.change_ports import ChangePorts
from partner_events.usecases.dry_ports import DryContacts, DryLeads, DryOutside, DryWorld
from partner_events.usecases.match_workflow import filter_reason
from partner_events.usecases.run_step import move_on
from partner_events.usecases.step_ports import Act, StepPorts
from partner_events.usecases.told_contacts import ToldContacts

MOST_MOVES = 200  # a workflow has 50 steps and no circle; each may wait


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """One step as it would go at that time, and everything that it would do."""

    made: StepAttempt | None
    step: str
    type: str
    at: datetime
    effects: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`reason` says why the workflow would not run; the steps are shown all the same."""

    workflow: Workflow
    contact: Contact | None
    reason: Reason | None
    status: ExecutionStatus
    steps: Sequence[PreviewStep]


def preview_workflow(
    key: str,
    event: Event,
    *,
    now: datetime,
    envelope: Envelope,
    segments: SegmentStore,
    ports: StepPorts,
) -> Preview:
    """Run the workflow in force, whatever its status, as if the event came now.

    How often it may run is not counted: that would be touching something. Raises `NotFound`.
    """
    workflow = ports.workflows.get(event.team, key)
    if workflow is None:
        raise NotFound("Workflow not found")
    contact = _contact(event, now, ports)
    trigger = Trigger.accept(
        event, id=TriggerId(derived_uuid("preview", key)), now=now, trigger_at=None
    )
    world = DryWorld(contact, ports.contacts, lambda: ports.changes().leads)
    execution = _execution(workflow, trigger, contact, now)
    dry = _dry(ports, world)
    act = Act(
        id=execution.step,
        type="",
        execution=execution,
        trigger=trigger,
        now=now,
        envelope=envelope,
        ports=dry,
    )
    reason = filter_reason(
        workflow,
        trigger,
        contact,
        memberships(contact, segments.all(event.team), now=now),
        now=now,
        lead=act.lead,
    )
    ended, steps = _walk(execution, workflow, act, world)
    return Preview(workflow, contact, reason, ended.status, steps)


def _walk(
    execution: Execution, workflow: Workflow, act: Act, world: DryWorld
) -> tuple[Execution, list[PreviewStep]]:
    """Take step after step; where one waits, so much time goes by at once."""
    now, steps = act.now, list[PreviewStep]()
    for _ in range(MOST_MOVES):
        if execution.is_over:
            break
        step = workflow.step(execution.step)
        moved = move_on(
            execution,
            workflow,
            act.trigger,
            now=now,
            luck=lambda: 0.5,
            envelope=act.envelope,
            dispatcher=cast("Any", DryOutside(world)),
            ports=act.ports,
        )
        made = moved.history[-1] if len(moved.history) > len(execution.history) else None
        steps.append(PreviewStep(made, step.id, step.type, now, tuple(world.taken())))
        now = max(now, moved.retry_at or now)
        execution = moved
    return execution, steps


def _execution(
    workflow: Workflow, trigger: Trigger, contact: Contact | None, now: datetime
) -> Execution:
    known = contact.id if contact else None
    return Execution(
        id=execution_id(workflow.team, trigger.id, workflow.key, known),
        team=workflow.team,
        trigger=trigger.id,
        workflow=workflow.key,
        version=workflow.version,
        contact=known,
        step=workflow.steps[0].id,
        status=ExecutionStatus.RUNNING,
        started_at=now,
    )


def _contact(event: Event, now: datetime, ports: StepPorts) -> Contact | None:
    """Find whom the event is about, as it would be once the event has told of them."""
    details = event.contact
    if not details.identities:
        return None
    holders = ports.contacts.find(event.team, details.identities)
    known = next((holders[kind] for kind in details.identities if kind in holders), None)
    current = ports.contacts.get(event.team, known) if known else None
    if current is None:
        return Contact.of(details, id=ContactId("preview"), team=event.team, now=now)
    theirs = {kind for kind, holder in holders.items() if holder != current.id}
    return current.told(details.without(theirs), now=now)


def _dry(ports: StepPorts, world: DryWorld) -> StepPorts:
    """Put ports in place of all that act; what only reads stays."""
    outside: Any = DryOutside(world)
    contacts: Any = DryContacts(world)
    leads: Any = DryLeads(world)
    changes = ChangePorts(contacts=ToldContacts(contacts, outside, outside), leads=leads)
    return replace(
        ports,
        triggers=outside,
        contacts=contacts,
        sender=outside,
        waiters=lambda: outside,
        changes=lambda: changes,
        messages=lambda: replace(ports.messages(), mailer=outside, texter=outside, record=outside),
    )
