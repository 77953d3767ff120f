"""Where an execution goes on after a step: pure, so that it can be tried without a worker."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from partner_events.domain.execution import Execution, StepAttempt, StepStatus
from partner_events.domain.workflow import Workflow
from partner_events.domain.workflow_steps import BranchStep, Goto, OnFailure, Step, Target
from partner_events.jsontext import dumps, loads
from partner_events.usecases.step_ports import Outcome

LARGEST_OUTPUTS = 65_536  # characters of JSON: all that the steps of one execution keep
TOO_LARGE = "outputs_too_large"
CONDITION = "condition"  # why a step was skipped: its `if` did not hold
OTHERWISE = "else"  # where a branch went, if no case held


def after(
    execution: Execution, workflow: Workflow, outcome: Outcome, *, now: datetime, luck: float
) -> Execution:
    """Follow what a step's act came to: on, again later, elsewhere, or to the end."""
    step = workflow.step(execution.step)
    if outcome.skipped is not None:
        return skipped(execution, workflow, str(outcome.skipped), now=now)
    if outcome.error is None:
        return completed(execution, step, workflow.after(step.id), outcome, now=now)
    wait = None if outcome.final else _wait(step, execution, outcome, now, luck)
    if wait is not None:
        made = _made(execution, step, outcome, StepStatus.RETRYING, now)
        return execution.retried(made, at=now + wait)
    made = _made(execution, step, outcome, StepStatus.FAILED, now)
    match step.on_failure:
        case OnFailure.CONTINUE:
            return execution.moved_on(made, to=workflow.after(step.id), now=now)
        case Goto(target):
            return execution.moved_on(made, to=target, now=now)
    return execution.given_up(made, now=now)


def completed(
    execution: Execution,
    step: Step,
    to: Target,
    outcome: Outcome,
    *,
    now: datetime,
    reason: str | None = None,
) -> Execution:
    kept, fits = _kept(execution, dict(outcome.outputs))
    done = outcome if fits else replace(outcome, error=TOO_LARGE)
    made = _made(execution, step, done, StepStatus.COMPLETED, now, reason)
    return kept.moved_on(made, to=to, now=now + outcome.duration)


def branched(
    execution: Execution, step: BranchStep, facts: Mapping[str, Any], *, now: datetime
) -> Execution:
    """Go where the first case leads that holds; the attempt says which one that was."""
    for number, case in enumerate(step.cases):
        if case.condition.holds(facts):
            found = case.name or f"case_{number + 1}"
            return completed(execution, step, case.goto, Outcome(), now=now, reason=found)
    return completed(execution, step, step.otherwise, Outcome(), now=now, reason=OTHERWISE)


def skipped(execution: Execution, workflow: Workflow, reason: str, *, now: datetime) -> Execution:
    step = workflow.step(execution.step)
    made = _made(execution, step, Outcome(), StepStatus.SKIPPED, now, reason)
    return execution.moved_on(made, to=workflow.after(step.id), now=now)


def _wait(
    step: Step, execution: Execution, outcome: Outcome, now: datetime, luck: float
) -> timedelta | None:
    """Find how long to wait for another attempt, or None if there will be none."""
    tries = (each.at for each in execution.history if each.step == step.id)
    elapsed = now - min(tries, default=now)
    usual = step.retry.delay(execution.attempt, luck=luck, elapsed=elapsed)
    if usual is None:
        return None
    wait = max(usual, outcome.retry_after)
    limit = step.retry.give_up_after
    return None if limit is not None and elapsed + wait > limit else wait


def _kept(execution: Execution, outputs: dict[str, Any]) -> tuple[Execution, bool]:
    """Keep what the step found, if the row has room for it."""
    if not outputs:
        return execution, True
    keeping = execution.keeping(outputs)
    text = dumps(dict(keeping.outputs))
    try:
        fits = len(text) <= LARGEST_OUTPUTS and loads(text) is not None
    except ValueError:  # nested too deeply for us to read it again
        fits = False
    return (keeping, True) if fits else (execution, False)


def _made(
    execution: Execution,
    step: Step,
    outcome: Outcome,
    status: StepStatus,
    now: datetime,
    reason: str | None = None,
) -> StepAttempt:
    return StepAttempt(
        step=step.id,
        type=step.type,
        attempt=execution.attempt,
        status=status,
        at=now,
        status_code=outcome.status_code,
        error=outcome.error,
        reason=reason,
    )
