"""Run steps of executions: one message is one step to claim, act, commit and follow."""

from datetime import UTC, datetime
from random import random
from typing import Any

from partner_events import telemetry
from partner_events.domain.messages import EndExecution, HearEvent, Message, RunStep
from partner_events.usecases.interrupt_execution import interrupt_execution
from partner_events.usecases.run_step import run_step
from partner_events.wiring import parts, worker


def run(message: Message, received: int) -> None:
    handling: dict[str, Any] = {
        "received": received,
        "now": datetime.now(UTC),
        "envelope": parts().bodies.of_notice,
        "executions": parts().executions,
        "dispatcher": parts().dispatcher,
        "ports": parts().step_ports,
    }
    if isinstance(message, EndExecution | HearEvent):
        changed = interrupt_execution(message, **handling)
        telemetry.logger.info("Execution interrupted", execution=message.execution, changed=changed)
        return
    assert isinstance(message, RunStep)
    execution = run_step(message, luck=random, **handling)
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


handler = worker(run, at_once=10)
