"""Whether a workflow may run once more: entry frequency, cooldowns, and who runs already.

All that is counted is counted under the execution's id, which is a hash of its trigger's: so
asking again, after a crash or for a second copy of a message, gives the same answer. The direct
route comes here as events do, and so does every contact of an audience.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from partner_events.domain.admission import ExecutionRef, Limit, Place
from partner_events.domain.errors import TryLater
from partner_events.domain.execution import Execution
from partner_events.domain.template import Template, TemplateFailed
from partner_events.domain.trigger import Reason
from partner_events.domain.workflow import Workflow
from partner_events.domain.workflow_entry import Cooldown, CooldownScope, Frequency, OnRunning
from partner_events.flow_ports import AdmissionStore
from partner_events.ports import AlreadyThere, ExecutionStore, TriggerStore
from partner_events.usecases.step_context import StepContext

LONGEST_KEY = 500  # characters


class KeyMissing(Exception):
    """A key that executions are counted by came to nothing."""


@dataclass(frozen=True, slots=True)
class Admission:
    """`reason` says why it may not run; with `replaces` it does in that one's place."""

    reason: Reason | None = None
    replaces: ExecutionRef | None = None


def admit_execution(
    workflow: Workflow,
    execution: Execution,
    context: StepContext,
    *,
    now: datetime,
    admissions: AdmissionStore,
    executions: ExecutionStore,
    triggers: TriggerStore,
) -> Admission:
    """Count the execution, unless one of the workflow's limits keeps it out."""
    try:
        limits = list(_limits(workflow, execution, context))
        place = _place(workflow, execution, context)
    except KeyMissing:
        return Admission(Reason.KEY_MISSING)
    standing = admissions.place(place.name) if place else None
    if place is not None and standing is not None:
        if execution.id in (standing.ref.execution, *standing.earlier):
            place = standing
        elif workflow.entry.on_running is OnRunning.SKIP and _runs(
            standing.ref, executions, triggers
        ):
            return Admission(Reason.RUNNING)
        else:
            place = standing.given_to(place.ref)
    taking = place if place is not standing else None
    try:
        reason = admissions.admit(limits, who=execution.id, now=now, place=taking)
    except AlreadyThere as error:  # decide anew, by what stands there now
        raise TryLater("Another event was faster", after=timedelta(seconds=1)) from error
    restarts = workflow.entry.on_running is OnRunning.RESTART
    is_ours = place is not None and place.ref.execution == execution.id
    replaces = place.before if place and is_ours and restarts and reason is None else None
    return Admission(reason, replaces)


def _runs(ref: ExecutionRef, executions: ExecutionStore, triggers: TriggerStore) -> bool:
    """Tell whether an execution goes on; one that has not begun does while its trigger does."""
    execution = executions.get(ref)
    if execution is not None:
        return not execution.is_over
    trigger = triggers.get(ref.trigger, counted=False)
    return trigger is not None and trigger.has_fired and not trigger.is_over


def _limits(workflow: Workflow, execution: Execution, context: StepContext) -> Iterator[Limit]:
    once = (workflow.team, "once", workflow.key)
    match workflow.entry.frequency:
        case Frequency.ONCE_PER_CONTACT if execution.contact:
            yield _limit(*once, "contact", execution.contact)
        case Frequency.ONCE_PER_KEY:
            yield _limit(*once, "key", _key(workflow.entry.key, context))
    for cooldown in workflow.cooldowns:
        counted = _counted_by(cooldown, execution, context)
        if counted is not None:
            name = "#".join((*_ledger(workflow, cooldown), cooldown.scope, counted))
            reason, most = Reason.COOLDOWN, cooldown.limit
            yield Limit(name=name, most=most, reason=reason, window=cooldown.window)


def _limit(*name: str) -> Limit:
    return Limit(name="#".join(name), most=1, reason=Reason.FREQUENCY)


def _ledger(workflow: Workflow, cooldown: Cooldown) -> tuple[str, ...]:
    """Name what counts together: all that share a name, else this cooldown of this workflow."""
    if cooldown.share:
        return (workflow.team, "share", cooldown.share)
    window = str(cooldown.window // timedelta(seconds=1))
    return (workflow.team, "cooldown", workflow.key, window, cooldown.key or "")


def _counted_by(cooldown: Cooldown, execution: Execution, context: StepContext) -> str | None:
    match cooldown.scope:
        case CooldownScope.CONTACT:
            return execution.contact  # who is nobody is counted nowhere
        case CooldownScope.KEY:
            return _key(cooldown.key, context)
    return ""


def _place(workflow: Workflow, execution: Execution, context: StepContext) -> Place | None:
    """Name the place that only one execution of the contact, or of the key, has at a time."""
    entry = workflow.entry
    if entry.on_running is OnRunning.ALLOW:
        return None
    by_key = ("key", _key(entry.key, context)) if entry.key else None
    by_contact = ("contact", execution.contact) if execution.contact else None
    by = by_key or by_contact
    if by is None:
        return None
    ref = ExecutionRef(trigger=execution.trigger, execution=execution.id, page=execution.page)
    return Place(name="#".join((workflow.team, workflow.key, *by)), ref=ref)


def _key(template: str | None, context: StepContext) -> str:
    try:
        rendered = Template(template or "").render(context, at_most=LONGEST_KEY)
    except TemplateFailed as error:
        raise KeyMissing from error
    if rendered.missing or not rendered.text.strip():
        raise KeyMissing
    return rendered.text.strip()
