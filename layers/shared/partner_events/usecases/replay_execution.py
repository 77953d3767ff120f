"""Replay an execution: once more from a step on, beside the one that it repeats.

The message comes first and the record second, as for events: a request that dies in between
leaves a message without a record, which the worker drops.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from partner_events.directory_ports import WorkflowStore
from partner_events.domain.admission import ExecutionRef
from partner_events.domain.errors import (
    Conflict,
    FieldProblem,
    IdempotencyInProgress,
    InvalidInput,
    NotFound,
)
from partner_events.domain.event import JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import (
    ExecutionId,
    TeamId,
    replay_execution_id,
    trigger_of_execution,
)
from partner_events.domain.messages import RunStep
from partner_events.domain.trigger import Status, Trigger
from partner_events.domain.workflow import Workflow
from partner_events.ports import (
    ClaimContended,
    ClaimTaken,
    Dispatcher,
    ExecutionStore,
    TriggerStore,
)
from partner_events.trigger_ports import ReplayableExecutions
from partner_events.usecases.accept_event import Accepted, earlier_answer, replay

MOST = 500  # executions of one trigger, replays among them: all of them stand in one row


class Version(StrEnum):
    ORIGINAL = "original"
    LATEST = "latest"


def replay_execution(
    id: str,
    *,
    from_step: str | None,
    version: Version,
    team: TeamId,
    cause: str,
    idempotency: Idempotency | None,
    answer: Callable[[Execution], JsonText],
    now: datetime,
    triggers: TriggerStore,
    executions: ReplayableExecutions,
    workflows: WorkflowStore,
    dispatcher: Dispatcher,
) -> Accepted:
    """Run an execution that is over again, from its first step or a later one.

    It counts as another one of its trigger, which is not over before it is, and against no
    frequency or cooldown. Its messages go out anew. Raises `NotFound`, `InvalidInput`,
    `Conflict`, or what `accept_event` does.
    """
    earlier = earlier_answer(idempotency, now=now, triggers=triggers)
    if earlier is not None:
        return earlier
    original = _original(id, team, triggers, executions)
    workflow = _workflow(original, version, workflows)
    execution = original.replayed(
        id=replay_execution_id(original.id, cause),
        version=workflow.version,
        step=_step(workflow, from_step),
        now=now,
    )
    triggers.keep(execution.trigger, until=now)
    dispatcher.send(replace(RunStep.of(execution), accepted_at=now), now=now)
    accepted = Accepted(answer(execution))
    claim = idempotency.claim(accepted.answer, now=now) if idempotency else None
    try:
        if not executions.replay(execution, most=MOST, claim=claim, now=now):
            raise Conflict(f"A trigger has at most {MOST} executions, and this one has them")
    except ClaimTaken as taken:
        assert idempotency is not None
        return replay(taken.claim, idempotency)
    except ClaimContended as contended:
        raise IdempotencyInProgress(
            "Another request is changing the trigger: repeat"
        ) from contended
    return accepted


def _original(
    id: str, team: TeamId, triggers: TriggerStore, executions: ExecutionStore
) -> Execution:
    named = trigger_of_execution(id)
    trigger = triggers.get(named, counted=False) if named else None
    if trigger is None or trigger.event.team != team:
        raise NotFound("Execution not found")
    ref = ExecutionRef(trigger=trigger.id, execution=ExecutionId(id))
    execution = executions.get(ref)
    if execution is None:
        raise _without_execution(id, trigger)
    if not execution.is_over:
        raise Conflict("The execution still runs: it can be replayed when it is over")
    if trigger.status is not Status.PROCESSING:
        raise Conflict(f"The trigger is {trigger.status}: its executions cannot be replayed")
    return execution


def _without_execution(id: str, trigger: Trigger) -> Exception:
    if trigger.walk is not None:
        return Conflict("An execution of an audience cannot be replayed")
    if trigger.plan and any(each.id == id for each in trigger.plan.executions):
        return Conflict("The execution has yet to run")
    return NotFound("Execution not found")


def _workflow(original: Execution, version: Version, workflows: WorkflowStore) -> Workflow:
    if version is Version.LATEST:
        workflow = workflows.get(original.team, original.workflow)
    else:
        workflow = workflows.version(original.team, original.workflow, original.version)
    if workflow is None:
        raise Conflict("The workflow is gone")
    return workflow


def _step(workflow: Workflow, named: str | None) -> str:
    steps = [step.id for step in workflow.steps]
    if named is None:
        return steps[0]
    if named not in steps:
        what = f"is no step of version {workflow.version}"
        raise InvalidInput(f"from_step {what}", [FieldProblem("from_step", what)])
    return named
