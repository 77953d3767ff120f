"""Run one step of one execution: claim, act, commit, send the next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from partner_events.domain.errors import TryLater
from partner_events.domain.execution import EXITED, Execution
from partner_events.domain.messages import RunStep
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import ORPHANED_AFTER, Status, Trigger
from partner_events.domain.wait_steps import WaitStep
from partner_events.domain.workflow import Workflow
from partner_events.domain.workflow_steps import BranchStep, EmitEventStep, Step
from partner_events.ports import AlreadyThere, Dispatcher, ExecutionStore
from partner_events.usecases.follow_outcome import CONDITION, after, branched, skipped
from partner_events.usecases.perform_step import StepPorts, perform
from partner_events.usecases.step_ports import Act

# Longer than a worker can live after its claim (WORKER_TIMEOUT), so that a lease never runs
# out under a worker that is still acting.
LEASE = timedelta(seconds=55)

# What a step waits for longer than that needs its trigger for longer than those are kept for:
# an event may be old already when an execution comes to a step.
KEPT_ANYWAY = timedelta(days=1)
LONGEST_PUT_BACK = timedelta(seconds=8)


def run_step(
    message: RunStep,
    *,
    received: int,
    now: datetime,
    luck: Callable[[], float],
    envelope: Envelope,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> Execution | None:
    """Run the step that a message names; return the execution if this call moved it.

    The effect of a step carries an id that is the same on every try, so a worker that died
    between the act and its commit repeats it under that id. A stale copy that was received
    again sends the message of the step where the execution stands, or counts the one that is
    over: the worker that moved it may have died before that. An execution of a cancelled
    trigger ends before its next step. Raises `TryLater` while another worker holds the lease.
    """
    if message.due_at and now < message.due_at:
        dispatcher.send(message, now=now)
        return None
    claimed = executions.claim(message, now=now, until=now + LEASE)
    if claimed is None:
        _handle_stale(message, received, now, executions, dispatcher)
        return None
    moved = _act(claimed, now=now, luck=luck, envelope=envelope, dispatcher=dispatcher, ports=ports)
    if moved.retry_at is not None and moved.retry_at - now > KEPT_ANYWAY:
        ports.triggers.keep(moved.trigger, until=moved.retry_at, page=moved.page)
    try:
        executions.save(moved, claimed=claimed)
    except AlreadyThere as error:  # another worker won, or our own write whose answer was lost
        raise TryLater("The step is committed already", after=timedelta(seconds=1)) from error
    if not moved.is_over:
        dispatcher.send(RunStep.of(moved), now=now)
    elif moved.page is not None:
        executions.count(moved)
    return moved


def _act(
    claimed: Execution,
    *,
    now: datetime,
    luck: Callable[[], float],
    envelope: Envelope,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> Execution:
    trigger, workflow = load_of(claimed, ports)
    if trigger.status is Status.CANCELLED:
        return claimed.cancelled(now=now)
    if workflow.is_overdue(claimed.started_at, now):
        return claimed.overdue(now=now)
    moved = move_on(
        claimed,
        workflow,
        trigger,
        now=now,
        luck=luck,
        envelope=envelope,
        dispatcher=dispatcher,
        ports=ports,
    )
    if moved.retry_at is None:
        return moved
    return replace(moved, retry_at=workflow.not_after(moved.retry_at, moved.started_at))


def load_of(execution: Execution, ports: StepPorts) -> tuple[Trigger, Workflow]:
    """Read what an execution was begun by, and the version that it pinned."""
    trigger = ports.triggers.get(execution.trigger, counted=False)
    if trigger is None:
        raise LookupError(f"trigger {execution.trigger} is gone")
    workflow = ports.workflows.version(execution.team, execution.workflow, execution.version)
    if workflow is None:
        raise LookupError(f"workflow {execution.workflow} has no version {execution.version}")
    return trigger, workflow


def move_on(
    claimed: Execution,
    workflow: Workflow,
    trigger: Trigger,
    *,
    now: datetime,
    luck: Callable[[], float],
    envelope: Envelope,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> Execution:
    step = workflow.step(claimed.step)
    act = _act_of(step, claimed, trigger, now, envelope, ports)
    if workflow.exits and claimed.attempt == 1 and not claimed.history:
        from partner_events.usecases.await_event import watch_exits  # few have exits

        if watch_exits(workflow, act, act.context()):
            return claimed.cancelled(now=now, reason=EXITED)
    if claimed.attempt == 1 and step.condition and not step.condition.holds(act.context()):
        return skipped(claimed, workflow, CONDITION, now=now)
    match step:
        case WaitStep():
            from partner_events.usecases.wait_step import wait_step  # with all of time zones

            return wait_step(step, act, workflow, act.context())
        case BranchStep():
            return branched(claimed, step, act.context(), now=now)
        case EmitEventStep():
            from partner_events.usecases.emit_event import emit_event  # few steps are of that kind

            outcome = emit_event(step, act, act.context(), dispatcher=dispatcher)
        case _:
            outcome = perform(step, claimed, trigger, now, envelope, ports)
    return after(claimed, workflow, outcome, now=now, luck=luck())


def _act_of(
    step: Step,
    execution: Execution,
    trigger: Trigger,
    now: datetime,
    envelope: Envelope,
    ports: StepPorts,
) -> Act:
    return Act(
        id=step.id,
        type=step.type,
        execution=execution,
        trigger=trigger,
        now=now,
        envelope=envelope,
        ports=ports,
    )


def _wait_for_record(message: RunStep, received: int, now: datetime) -> None:
    """Raise `TryLater`, unless it is the record of a replay, and the request died over it."""
    if message.accepted_at is None:
        raise TryLater("The execution has not begun yet", after=timedelta(seconds=1))
    if now - message.accepted_at <= ORPHANED_AFTER:
        wait = min(timedelta(seconds=2 ** (received - 1)), LONGEST_PUT_BACK)
        raise TryLater("The replay's record is not there yet", after=wait)


def _handle_stale(
    message: RunStep,
    received: int,
    now: datetime,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
) -> None:
    execution = executions.get(message)
    if execution is None:
        _wait_for_record(message, received, now)
        return
    if execution.stands_at(message.step, message.attempt):
        left = (execution.leased_until or now) - now
        raise TryLater("Another worker is on this step", after=max(left, timedelta(seconds=1)))
    if received == 1 and not message.promise:
        return
    if not execution.is_over:
        dispatcher.send(RunStep.of(execution), now=now)
    elif execution.page is not None:
        executions.count(execution)
