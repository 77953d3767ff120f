"""Watch the dead letters: say where their owners will look that they failed, and why."""

from datetime import UTC, datetime

from partner_events import telemetry
from partner_events.domain.messages import Message
from partner_events.usecases.give_up import give_up
from partner_events.wiring import parts, worker


def bury(message: Message, received: int) -> None:  # noqa: ARG001
    marked = give_up(
        message,
        now=datetime.now(UTC),
        triggers=parts().triggers,
        executions=parts().executions,
        deliveries=parts().deliveries,
        replays=parts().replays,
        dispatcher=parts().dispatcher,
    )
    telemetry.logger.error("Message given up", letter=message.name, marked=marked)
    telemetry.count("DeadLetters", kind=type(message).__name__)


handler = worker(bury)
