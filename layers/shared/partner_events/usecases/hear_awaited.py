"""Wake an execution by the event that it waits for, or end it by one that says it is over.

The timeout's message and the event's claim the same attempt of the same step: one conditional
write decides which of them the execution goes on by. Sent before the wait is committed, the
event's message waits for that.
"""

from datetime import datetime, timedelta

from partner_events.domain.errors import TryLater
from partner_events.domain.execution import EXITED, Execution
from partner_events.domain.messages import HearEvent, RunStep
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import Status, Trigger
from partner_events.domain.wait_steps import WaitForEvent, WaitStep
from partner_events.domain.workflow import Workflow
from partner_events.ports import AlreadyThere, Dispatcher, ExecutionStore
from partner_events.usecases.await_event import holds, ref_of, woken
from partner_events.usecases.run_step import LEASE, load_of
from partner_events.usecases.step_ports import Act, StepPorts

SECOND = timedelta(seconds=1)


def hear_awaited(
    message: HearEvent,
    *,
    received: int,
    now: datetime,
    envelope: Envelope,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> Execution | None:
    """Return the execution if this call moved it. Raises `TryLater` while a lease runs."""
    execution = executions.get(message)
    event = ports.triggers.get(message.event, counted=False)
    if execution is None or event is None:
        return None
    if not message.step:
        return _end(message, execution, event, now, envelope, executions, ports)
    if not execution.stands_at(message.step, message.attempt):
        _not_there(message, execution, received, now, executions, dispatcher)
        return None
    trigger, workflow = load_of(execution, ports)
    step = workflow.step(execution.step)
    assert isinstance(step, WaitStep)
    assert isinstance(step.wait, WaitForEvent)
    act = _act(step.id, execution, trigger, now, envelope, ports)
    if not holds(step.wait.condition, event, message.contact, act.context()):
        return None
    claimed = executions.claim(RunStep.of(execution), now=now, until=now + LEASE)
    if claimed is None:
        raise TryLater("Another worker is on this step", after=_left(execution, now))
    if trigger.status is Status.CANCELLED:
        moved = claimed.cancelled(now=now)
    else:
        moved = woken(claimed, step, step.wait, workflow, event, message.contact, now=now)
    try:
        executions.save(moved, claimed=claimed)
    except AlreadyThere as error:
        raise TryLater("The step is committed already", after=SECOND) from error
    _follow(moved, now, executions, dispatcher)
    return moved


def _not_there(
    message: HearEvent,
    execution: Execution,
    received: int,
    now: datetime,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
) -> None:
    """Wait for a wait that is just being committed; repair what this message may have left."""
    if execution.stands_at(message.step, message.attempt - 1):
        left = (execution.leased_until or now) - now
        if left > timedelta():
            wait = min(left, timedelta(seconds=2**received))
            raise TryLater("The wait is not committed yet", after=wait)
        return  # whoever begins it again finds the event there
    if received > 1:
        _follow(execution, now, executions, dispatcher)


def _follow(
    execution: Execution, now: datetime, executions: ExecutionStore, dispatcher: Dispatcher
) -> None:
    if not execution.is_over:
        dispatcher.send(RunStep.of(execution), now=now)
    elif execution.page is not None:
        executions.count(execution)


def _end(
    message: HearEvent,
    execution: Execution,
    event: Trigger,
    now: datetime,
    envelope: Envelope,
    executions: ExecutionStore,
    ports: StepPorts,
) -> Execution | None:
    trigger, workflow = load_of(execution, ports)
    if execution.is_over:
        _forget(execution, workflow, ports)
        executions.count(execution)
        return None
    act = _act(execution.step, execution, trigger, now, envelope, ports)
    ways = [each for each in workflow.exits if each.names(event.event.name)]
    if not any(holds(each.condition, event, message.contact, act.context()) for each in ways):
        return None
    if executions.cancel(RunStep.of(execution, first=True), now=now, reason=EXITED):
        _forget(execution, workflow, ports)
        return executions.get(message)
    standing = executions.get(message)
    if standing is not None and not standing.is_over:
        raise TryLater("Another worker is on this step", after=_left(standing, now))
    return None


def _forget(execution: Execution, workflow: Workflow, ports: StepPorts) -> None:
    from partner_events.domain.awaiting import Meeting, Waiter

    for exit in workflow.exits if execution.contact else ():
        assert execution.contact is not None
        key = Meeting(exit.event).key(execution.team, execution.contact)
        ports.waiters().forget(Waiter(key=key, ref=ref_of(execution)))


def _left(execution: Execution, now: datetime) -> timedelta:
    return max((execution.leased_until or now) - now, SECOND)


def _act(
    step: str,
    execution: Execution,
    trigger: Trigger,
    now: datetime,
    envelope: Envelope,
    ports: StepPorts,
) -> Act:
    return Act(
        id=step,
        type="wait",
        execution=execution,
        trigger=trigger,
        now=now,
        envelope=envelope,
        ports=ports,
    )
