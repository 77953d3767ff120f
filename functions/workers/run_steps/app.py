"""Run steps of executions: one message is one step to claim, act, commit and follow."""

from datetime import UTC, datetime
from random import random

from partner_events import telemetry
from partner_events.domain.messages import EndExecution, HearEvent, Message, RunStep
from partner_events.usecases.run_step import run_step
from partner_events.wiring import parts, worker


def run(message: Message, received: int) -> None:
    if isinstance(message, EndExecution):
        end(message, received)
        return
    if isinstance(message, HearEvent):
        hear(message, received)
        return
    assert isinstance(message, RunStep)
    execution = run_step(
        message,
        received=received,
        now=datetime.now(UTC),
        luck=random,
        envelope=parts().bodies.of_notice,
        executions=parts().executions,
        dispatcher=parts().dispatcher,
        ports=parts().step_ports,
    )
    if execution is not None and execution.history:
        made = execution.history[-1]
        telemetry.logger.info(
            "Step run",
            execution=execution.id,
            step=made.step,
            attempt=made.attempt,
            status=made.status.value,
            error=made.error,
        )
        telemetry.count("Steps", result=made.status.value)


def end(message: EndExecution, received: int) -> None:
    from partner_events.usecases.end_execution import end_execution  # comes seldom

    ended = end_execution(
        message,
        received=received,
        now=datetime.now(UTC),
        executions=parts().executions,
        triggers=parts().triggers,
    )
    telemetry.logger.info(
        "Execution ended", execution=message.execution, reason=message.reason, ended=ended
    )


def hear(message: HearEvent, received: int) -> None:
    from partner_events.usecases.hear_awaited import hear_awaited  # comes seldom

    moved = hear_awaited(
        message,
        received=received,
        now=datetime.now(UTC),
        envelope=parts().bodies.of_notice,
        executions=parts().executions,
        dispatcher=parts().dispatcher,
        ports=parts().step_ports,
    )
    telemetry.logger.info(
        "Awaited event heard",
        execution=message.execution,
        event=message.event,
        moved=moved is not None,
    )


handler = worker(run, at_once=10)
