"""Run one step of one execution: claim, act, commit, send the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from partner_events.domain.errors import TryLater
from partner_events.domain.execution import Execution, StepAttempt, StepStatus
from partner_events.domain.messages import RunStep
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import Status
from partner_events.domain.workflow import Workflow
from partner_events.domain.workflow_steps import OnFailure
from partner_events.ports import AlreadyThere, Dispatcher, ExecutionStore
from partner_events.usecases.perform_step import Outcome, StepPorts, perform

# Longer than a worker can live after its claim (WORKER_TIMEOUT), so that a lease never runs
# out under a worker that is still acting.
LEASE = timedelta(seconds=55)


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
    moved = _act(claimed, now=now, luck=luck, envelope=envelope, ports=ports)
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
    ports: StepPorts,
) -> Execution:
    trigger = ports.triggers.get(claimed.trigger, counted=False)
    if trigger is None:
        raise LookupError(f"trigger {claimed.trigger} is gone")
    if trigger.status is Status.CANCELLED:
        return claimed.cancelled(now=now)
    workflow = ports.workflows.version(claimed.team, claimed.workflow, claimed.version)
    if workflow is None:
        raise LookupError(f"workflow {claimed.workflow} has no version {claimed.version}")
    outcome = perform(workflow.step(claimed.step), claimed, trigger, now, envelope, ports)
    return _after(claimed, workflow, outcome, now=now, luck=luck())


def _handle_stale(
    message: RunStep,
    received: int,
    now: datetime,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
) -> None:
    execution = executions.get(message)
    if execution is None:
        raise TryLater("The execution has not begun yet", after=timedelta(seconds=1))
    if execution.stands_at(message.step, message.attempt):
        left = (execution.leased_until or now) - now
        raise TryLater("Another worker is on this step", after=max(left, timedelta(seconds=1)))
    if received == 1 and not message.promise:
        return
    if not execution.is_over:
        dispatcher.send(RunStep.of(execution), now=now)
    elif execution.page is not None:
        executions.count(execution)


def _after(
    execution: Execution, workflow: Workflow, outcome: Outcome, *, now: datetime, luck: float
) -> Execution:
    step = workflow.step(execution.step)
    following = workflow.step_after(step.id)
    to = following.id if following else None
    if outcome.error is None:
        made = _made(execution, outcome, StepStatus.COMPLETED, now)
        return execution.moved_on(made, to=to, now=now + outcome.duration)
    wait = None if outcome.final else step.retry.delay(execution.attempt, luck=luck)
    if wait is not None:
        made = _made(execution, outcome, StepStatus.RETRYING, now)
        return execution.retried(made, at=now + max(wait, outcome.retry_after))
    made = _made(execution, outcome, StepStatus.FAILED, now)
    if step.on_failure is OnFailure.CONTINUE:
        return execution.moved_on(made, to=to, now=now)
    return execution.given_up(made, now=now)


def _made(execution: Execution, outcome: Outcome, status: StepStatus, now: datetime) -> StepAttempt:
    return StepAttempt(
        step=execution.step,
        attempt=execution.attempt,
        status=status,
        at=now,
        status_code=outcome.status_code,
        error=outcome.error,
    )
