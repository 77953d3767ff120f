"""End an execution from outside: another has taken its place, or an event says it is over.

Only who holds no lease can be ended, so a step under way is the last one of its execution.
"""

from datetime import datetime, timedelta

from partner_events.domain.errors import TryLater
from partner_events.domain.messages import EndExecution, RunStep
from partner_events.ports import ExecutionStore, TriggerStore

LONGEST_WAIT = timedelta(minutes=5)  # for an execution that has yet to begin


def end_execution(
    message: EndExecution,
    *,
    received: int,
    now: datetime,
    executions: ExecutionStore,
    triggers: TriggerStore,
) -> bool:
    """End it, unless it is over; tell whether this call did. Repeating it is harmless.

    Raises `TryLater` while somebody works on it, or as long as it may have yet to begin.
    """
    execution = executions.get(message)
    if execution is None:
        trigger = triggers.get(message.trigger, counted=False)
        if trigger is None or trigger.is_over or not trigger.has_fired:
            return False  # it never will begin
        wait = min(timedelta(seconds=2**received), LONGEST_WAIT)
        raise TryLater("The execution has not begun yet", after=wait)
    first = RunStep.of(execution, first=True)
    if executions.cancel(first, now=now, reason=message.reason):
        return True
    standing = executions.get(message)
    if standing is not None and not standing.is_over:
        left = (standing.leased_until or now) - now
        raise TryLater("Another worker is on this step", after=max(left, timedelta(seconds=1)))
    return False
