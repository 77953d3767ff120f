"""Run replays: one message is one page of deliveries to send again, release or discard."""

from datetime import UTC, datetime

from partner_events import telemetry
from partner_events.domain.messages import Message, RunReplay
from partner_events.usecases.run_replay import run_replay
from partner_events.wiring import parts, worker


def run(message: Message, received: int) -> None:
    assert isinstance(message, RunReplay)
    replay = run_replay(
        message, received=received, now=datetime.now(UTC), ports=parts().replay_ports
    )
    if replay is not None:
        telemetry.logger.info(
            "Replay went on",
            replay=replay.id,
            kind=replay.kind.value,
            status=replay.status.value,
            page=replay.page,
            matched=replay.matched,
            sent=replay.sent,
        )


handler = worker(run)
