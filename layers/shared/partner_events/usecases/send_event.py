"""Accept an event: message first, record second, answer last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.errors import (
    IdempotencyInProgress,
    IdempotencyMismatch,
    UnknownEventType,
)
from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Claim, Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Trigger
from partner_events.ports import (
    ClaimContended,
    ClaimTaken,
    Dispatcher,
    TriggerStore,
)
from partner_events.usecases.known_event_types import KnownEventTypes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to give; `replayed` if it is the answer that an earlier call was given."""

    answer: JsonText
    replayed: bool = False


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

    Raises `InvalidTriggerAt`, `UnknownEventType`, `IdempotencyMismatch` or
    `IdempotencyInProgress`; then no record was written, and a message without a record is
    dropped by the worker.
    """
    earlier = idempotency and triggers.find_claim(idempotency.name, now=now)
    if idempotency and earlier:
        return _replay(earlier, idempotency)
    trigger = Trigger.accept(event, id=id, now=now, trigger_at=trigger_at)
    if not event_types.knows(event.team, event.name, now=now):
        raise UnknownEventType("Event type not found")

    message = RunTrigger(team=event.team, trigger=id, accepted_at=now, due_at=trigger.due_at)
    accepted = Accepted(answer(trigger, dispatcher.send(message, now=now)))
    claim = idempotency.claim(accepted.answer, now=now) if idempotency else None
    try:
        triggers.add(trigger, claim=claim, now=now)
    except ClaimTaken as taken:
        assert idempotency is not None
        return _replay(taken.claim, idempotency)
    except ClaimContended as contended:
        raise IdempotencyInProgress(
            "A request with this Idempotency-Key is still being processed"
        ) from contended
    return accepted


def _replay(claim: Claim, idempotency: Idempotency) -> Accepted:
    if claim.fingerprint != idempotency.fingerprint:
        raise IdempotencyMismatch("This Idempotency-Key was used with another body")
    return Accepted(claim.answer, replayed=True)
