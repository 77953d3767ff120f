"""Cancel a trigger: what has not happened yet never will (D-34)."""

from datetime import datetime

from partner_events.domain.errors import Conflict
from partner_events.domain.ids import TeamId
from partner_events.domain.messages import RunStep, RunTrigger
from partner_events.domain.trigger import Status, Trigger
from partner_events.ports import Dispatcher, ExecutionStore, TriggerStore
from partner_events.usecases.get_trigger import get_trigger


def cancel_trigger(
    id: str,
    *,
    team: TeamId,
    now: datetime,
    triggers: TriggerStore,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
) -> Trigger:
    """Cancel the team's trigger and return it; cancelling it again finishes what is left to do.

    One conditional write decides, against the worker that starts the trigger as against the
    one that ends its last execution. All else only makes it visible sooner: a message that
    comes all the same finds its trigger cancelled, and a step under way is the last one of
    its execution. Raises `NotFound`, or `Conflict` if the trigger is over or is just
    being started.
    """
    trigger = get_trigger(id, team=team, triggers=triggers)
    triggers.cancel(trigger.id, now=now)
    trigger = get_trigger(id, team=team, triggers=triggers)
    if trigger.status is not Status.CANCELLED:
        raise Conflict("The trigger has finished or is just starting: it cannot be cancelled")
    _withdraw(trigger, dispatcher)
    for execution in trigger.plan.executions if trigger.plan else ():
        executions.cancel(RunStep.of(execution, first=True), now=now)
    return get_trigger(id, team=team, triggers=triggers)


def _withdraw(trigger: Trigger, dispatcher: Dispatcher) -> None:
    if trigger.due_at is None or trigger.started_at is not None:
        return
    dispatcher.withdraw(
        RunTrigger(
            team=trigger.event.team,
            trigger=trigger.id,
            accepted_at=trigger.created_at,
            due_at=trigger.due_at,
        )
    )
