"""Waits for events, from the side of the execution: to wait, to be woken, and to be taken out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from partner_events.domain.admission import ExecutionRef
from partner_events.domain.awaiting import LONGEST_VALUE, Arrival, Meeting, Waiter
from partner_events.domain.execution import Execution
from partner_events.domain.ids import ContactId
from partner_events.domain.rules import Rule
from partner_events.domain.template import Template
from partner_events.domain.timestamps import to_whole_second
from partner_events.domain.trigger import Trigger
from partner_events.domain.wait_steps import WaitForEvent, WaitStep
from partner_events.domain.workflow import Workflow
from partner_events.usecases.follow_outcome import completed
from partner_events.usecases.step_context import StepContext, awaited_values, event_output
from partner_events.usecases.step_ports import Act, Outcome

EVENT = "event"  # how a wait ended: what was waited for came
TIMEOUT = "timeout"  # or did not
WATCHED_FOR = timedelta(days=800)  # by its events' waiters; longer than executions live
CLOCKS_DIFFER_BY = timedelta(seconds=2)  # an event may seem to be older than it is


class NothingToMatch(Exception):
    """The execution has no contact, or the value to match came to nothing."""


def wait_for_event(
    step: WaitStep,
    wait: WaitForEvent,
    act: Act,
    workflow: Workflow,
    context: StepContext,
) -> Execution:
    """Wait for the event, unless it came while that was being begun, or not in time."""
    execution, now = act.execution, act.now
    if execution.waits:
        to = wait.on_timeout or workflow.after(step.id)
        return completed(execution, step, to, Outcome(), now=now, reason=TIMEOUT)
    until = (execution.arrived_at or now) + wait.timeout
    meeting = Meeting(wait.event, wait.match[0] if wait.match else "")
    key = meeting.key(execution.team, _value(wait, execution, context))
    waiter = Waiter(key=key, ref=ref_of(execution), step=step.id, attempt=execution.attempt + 1)
    waiters = act.ports.waiters()
    waiters.wait(waiter, until=until)
    for arrival in waiters.arrived(key, since=_since(act)):
        event = _arrived(arrival, act)
        if event is not None and holds(wait.condition, event, arrival.contact, context):
            return woken(execution, step, wait, workflow, event, arrival.contact, now=now)
    return execution.waiting(until=to_whole_second(max(until, now)))


def woken(
    execution: Execution,
    step: WaitStep,
    wait: WaitForEvent,
    workflow: Workflow,
    event: Trigger,
    contact: ContactId | None,
    *,
    now: datetime,
) -> Execution:
    """Go on with what was waited for, which the steps after it find in `output`."""
    to = wait.on_event or workflow.after(step.id)
    outcome = Outcome(outputs=event_output(event, contact))
    return completed(execution, step, to, outcome, now=now, reason=EVENT)


def watch_exits(workflow: Workflow, act: Act, context: StepContext) -> bool:
    """Begin to watch for the events that end the execution; tell whether one came already."""
    execution = act.execution
    if execution.contact is None:
        return False
    waiters, until = act.ports.waiters(), act.now + WATCHED_FOR
    for exit in workflow.exits:
        key = Meeting(exit.event).key(execution.team, execution.contact)
        waiters.wait(Waiter(key=key, ref=ref_of(execution)), until=until)
        for arrival in waiters.arrived(key, since=_since(act)):
            event = _arrived(arrival, act)
            if event is not None and holds(exit.condition, event, arrival.contact, context):
                return True
    return False


def holds(
    condition: Rule | None, event: Trigger, contact: ContactId | None, context: Mapping[str, Any]
) -> bool:
    """Tell whether the event is what was meant: the rule sees it as `awaited`."""
    if condition is None:
        return True
    return condition.holds({**context, "awaited": awaited_values(event, contact)})


def ref_of(execution: Execution) -> ExecutionRef:
    return ExecutionRef(trigger=execution.trigger, execution=execution.id, page=execution.page)


def _value(wait: WaitForEvent, execution: Execution, context: StepContext) -> str:
    if wait.match is None:
        value = execution.contact or ""
    else:
        value = Template(wait.match[1]).render(context, at_most=LONGEST_VALUE).text
    if not value:
        raise NothingToMatch
    return value


def _since(act: Act) -> datetime:
    """Find from when on events count: what the step before did may have led to one."""
    history, started = act.execution.history, act.trigger.started_at
    if act.execution.replay_of:
        started = act.execution.started_at
    begun = history[-1].at if history else started or act.now
    return begun - CLOCKS_DIFFER_BY


def _arrived(arrival: Arrival, act: Act) -> Trigger | None:
    if arrival.trigger == act.trigger.id:
        return None  # it is what began the execution
    return act.ports.triggers.get(arrival.trigger, counted=False)
