"""Decide what an event leads to: which workflows run, and why the others do not (D-33)."""

from collections.abc import Callable, Sequence

from partner_events.domain.contact import Contact
from partner_events.domain.event import Event
from partner_events.domain.execution import Execution
from partner_events.domain.ids import execution_id
from partner_events.domain.trigger import Filtered, Plan, Reason, Trigger, Walk
from partner_events.domain.workflow import Workflow


def make_plan(
    trigger: Trigger,
    contact: Contact | None,
    workflows: Sequence[Workflow],
    segments: frozenset[str],
    reason_against: Callable[[Workflow, Execution, Contact | None, frozenset[str]], Reason | None],
) -> Plan:
    """Decide what an event leads to: which workflows run, and why the others do not (D-33).

    `segments` are those that the contact is in.
    """
    event = trigger.event
    executions: list[Execution] = []
    filtered: list[Filtered] = []
    for workflow in workflows:
        if not workflow.runs_for(event):
            continue
        execution = execution_of(workflow, trigger, contact)
        reason = reason_against(workflow, execution, contact, segments)
        if reason:
            filtered.append(Filtered(workflow.key, reason))
        else:
            executions.append(execution)
    if event.workflow and not executions and not filtered:
        filtered.append(Filtered(event.workflow, Reason.INACTIVE))
    return Plan(executions=tuple(executions), filtered=tuple(filtered))


def audience_plan(event: Event, workflows: Sequence[Workflow]) -> Plan:
    """Decide in which version a workflow runs for an audience, whose members come later."""
    asked = next((workflow for workflow in workflows if workflow.runs_for(event)), None)
    if asked is None:
        key = event.workflow or ""
        nobody = Walk(workflow=key, version=0, step="", is_over=True)
        return Plan(filtered=(Filtered(key, Reason.INACTIVE),), walk=nobody)
    return Plan(walk=Walk(workflow=asked.key, version=asked.version, step=asked.steps[0].id))


def execution_of(workflow: Workflow, trigger: Trigger, contact: Contact | None) -> Execution:
    contact_id = contact.id if contact else None
    return Execution(
        id=execution_id(workflow.team, trigger.id, workflow.key, contact_id),
        team=workflow.team,
        trigger=trigger.id,
        workflow=workflow.key,
        version=workflow.version,
        contact=contact_id,
        step=workflow.steps[0].id,
    )
