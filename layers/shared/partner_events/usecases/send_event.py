"""Accept an event of a registered type, for now or for later."""

from collections.abc import Callable
from datetime import datetime

from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.trigger import Trigger
from partner_events.ports import Dispatcher, TriggerStore
from partner_events.usecases.accept_event import Accepted, accept_event, earlier_answer
from partner_events.usecases.known_event_types import KnownEventTypes


def send_event(
    event: Event,
    *,
    id: TriggerId,
    trigger_at: datetime | None,
    idempotency: Idempotency | None,
    answer: Callable[[Trigger, str], JsonText],
    now: datetime,
    event_types: KnownEventTypes,
    triggers: TriggerStore,
    dispatcher: Dispatcher,
) -> Accepted:
    """Accept an event and return `answer(trigger, job_id)`, or the first call's answer.

    Raises `InvalidTriggerAt`, `UnknownEventType` or, for data that the type does not allow,
    `InvalidInput`, in this order (D-30, D-42), or what `accept_event` does.
    """
    earlier = earlier_answer(idempotency, now=now, triggers=triggers)
    if earlier is not None:
        return earlier
    trigger = Trigger.accept(event, id=id, now=now, trigger_at=trigger_at)
    event_types.check(event, now=now)
    return accept_event(
        trigger,
        idempotency=idempotency,
        answer=answer,
        now=now,
        triggers=triggers,
        dispatcher=dispatcher,
    )
