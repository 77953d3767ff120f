"""Hear of bounces and complaints from the mail service, by its topic."""

from datetime import UTC, datetime
from typing import Any

from partner_events import telemetry
from partner_events.usecases.hear_bounce import hear_bounce
from partner_events.wiring import parts


def handler(event: dict[str, Any], _context: Any) -> None:
    """Raise if one cannot be noted: the topic hands all of them out again."""
    for record in event["Records"]:
        told = record["Sns"]["Message"]
        count = hear_bounce(told, now=datetime.now(UTC), suppressed=parts().suppressed)
        telemetry.logger.info("Bounce heard", addresses=count)
