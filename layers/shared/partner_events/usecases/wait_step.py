"""Steps that wait: until when, and where they lead once that moment has come.

A wait is a step of two attempts or more: the first finds out until when, and commits that; the
message of the next is due then. So a cancel meanwhile finds an execution that nobody works on.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partner_events.domain.durations import LONGEST_DURATION, parse_duration
from partner_events.domain.execution import Execution
from partner_events.domain.rule_values import to_instant
from partner_events.domain.template import Template, TemplateFailed
from partner_events.domain.timestamps import to_whole_second
from partner_events.domain.wait_steps import (
    OnPast,
    WaitFor,
    WaitForEvent,
    WaitForWindow,
    WaitStep,
    WaitUntil,
)
from partner_events.domain.windows import next_opening
from partner_events.domain.workflow import Workflow
from partner_events.domain.workflow_steps import ENDS, Target
from partner_events.usecases.await_event import NothingToMatch, wait_for_event
from partner_events.usecases.follow_outcome import after, completed
from partner_events.usecases.step_context import StepContext
from partner_events.usecases.step_ports import Act, Outcome

ELAPSED = "elapsed"  # how a wait ended: its time has come
PAST = "past"  # that had gone by when the step began


class CannotWait(Exception):
    """What the step says is no moment; the text is the error of its attempt."""


REASONS: Mapping[type[Exception], str] = {
    TemplateFailed: "template_failed",
    NothingToMatch: "nothing_to_match",
}


def wait_step(step: WaitStep, act: Act, workflow: Workflow, facts: StepContext) -> Execution:
    """Begin to wait, or go on."""
    execution, now = act.execution, act.now
    try:
        if isinstance(step.wait, WaitForEvent):
            return wait_for_event(step, step.wait, act, workflow, facts)
        return _wait(step, execution, workflow, facts, now)
    except (CannotWait, TemplateFailed, NothingToMatch) as error:
        reason = REASONS.get(type(error)) or str(error)
        return after(execution, workflow, Outcome(error=reason, final=True), now=now, luck=0.5)


def _wait(
    step: WaitStep,
    execution: Execution,
    workflow: Workflow,
    facts: Mapping[str, Any],
    now: datetime,
) -> Execution:
    match step.wait:
        case WaitForWindow() as window:  # asked again when woken: that may have been too late
            until = next_opening(window, now, _zone(window, facts))
        case _ if execution.waits:
            until = now
        case WaitFor(duration):
            until = (execution.arrived_at or now) + _duration(duration, facts)
        case WaitUntil() as wait:
            until = _moment(wait, facts)
            if until <= now:
                return _past(wait, step, execution, workflow, now)
        case WaitForEvent():
            raise AssertionError("is waited for elsewhere")
    if until <= now:
        to = workflow.after(step.id)
        return completed(execution, step, to, Outcome(), now=now, reason=ELAPSED)
    if until - now > LONGEST_DURATION:
        raise CannotWait("too_far_ahead")
    return execution.waiting(until=to_whole_second(until))


def _past(
    wait: WaitUntil, step: WaitStep, execution: Execution, workflow: Workflow, now: datetime
) -> Execution:
    if wait.on_past is OnPast.FAIL:
        raise CannotWait(PAST)
    to: Target = workflow.after(step.id)
    if wait.on_past is OnPast.SKIP_NEXT and to not in ENDS:
        to = workflow.after(to)
    return completed(execution, step, to, Outcome(), now=now, reason=PAST)


def _duration(given: Any, facts: Mapping[str, Any]) -> timedelta:
    if isinstance(given, timedelta):
        return given
    try:
        return parse_duration(_text(given, facts))
    except ValueError as error:
        raise CannotWait("invalid_duration") from error


def _moment(wait: WaitUntil, facts: Mapping[str, Any]) -> datetime:
    moment = to_instant(_text(wait.moment, facts))
    if moment is None:
        raise CannotWait("invalid_moment")
    try:
        return moment + wait.offset
    except OverflowError as error:
        raise CannotWait("invalid_moment") from error


def _zone(window: WaitForWindow, facts: Mapping[str, Any]) -> tzinfo:
    name = _text(window.timezone, facts) if window.timezone else ""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CannotWait("invalid_timezone") from error


def _text(template: str, facts: Mapping[str, Any]) -> str:
    return Template(template).render(facts, at_most=200).text.strip()
