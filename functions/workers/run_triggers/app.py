"""Run accepted events: one message is one trigger, or one page of the audience of one."""

from datetime import UTC, datetime

from partner_events import telemetry
from partner_events.domain.messages import FanOut, Message, RunTrigger, TellEvent
from partner_events.http.webhook_formats import standard
from partner_events.usecases.fan_out import fan_out
from partner_events.usecases.own_events import tell_event
from partner_events.usecases.run_trigger import Outcome, run_trigger
from partner_events.wiring import new_id, parts, worker


def work(message: Message, received: int) -> None:
    now = datetime.now(UTC)
    if isinstance(message, FanOut):
        page = fan_out(message, received=received, now=now, ports=parts().fan_out_ports)
        telemetry.logger.info(
            "Audience planned", trigger=message.trigger, page=message.page, planned=page is not None
        )
        return
    if isinstance(message, TellEvent):
        message = tell_event(message, now=now, triggers=parts().triggers)
    assert isinstance(message, RunTrigger)
    outcome = run_trigger(
        message,
        received=received,
        now=now,
        new_id=new_id,
        body=standard,
        triggers=parts().triggers,
        contacts=parts().contacts,
        log=parts().log,
        lines=parts().lines,
        numbers=parts().numbers,
        routing=parts().routing,
        matching=parts().matching,
        dispatcher=parts().dispatcher,
    )
    telemetry.logger.info("Trigger run", trigger=message.trigger, outcome=outcome.value)
    if outcome is Outcome.ORPHANED:
        telemetry.count("OrphanedMessages")


handler = worker(work)
