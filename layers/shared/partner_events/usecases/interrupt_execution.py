"""Whatever comes to an execution from outside: it is ended, or hears of an event."""

from datetime import datetime

from partner_events.domain.messages import EndExecution, HearEvent
from partner_events.domain.notice import Envelope
from partner_events.ports import Dispatcher, ExecutionStore
from partner_events.usecases.end_execution import end_execution
from partner_events.usecases.step_ports import StepPorts


def interrupt_execution(
    message: EndExecution | HearEvent,
    *,
    received: int,
    now: datetime,
    envelope: Envelope,
    executions: ExecutionStore,
    dispatcher: Dispatcher,
    ports: StepPorts,
) -> bool:
    """Tell whether this call changed the execution. Repeating it is harmless."""
    if isinstance(message, EndExecution):
        return end_execution(
            message, received=received, now=now, executions=executions, triggers=ports.triggers
        )
    from partner_events.usecases.hear_awaited import hear_awaited  # with all that awaits events

    moved = hear_awaited(
        message,
        received=received,
        now=now,
        envelope=envelope,
        executions=executions,
        dispatcher=dispatcher,
        ports=ports,
    )
    return moved is not None
