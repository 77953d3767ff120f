"""The accept protocol, the same for every intake: message first, record second, answer last.

A request that dies between message and record leaves a message without a record, which the
worker drops; nothing was promised. One that dies after the record has only lost its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.errors import IdempotencyInProgress, IdempotencyMismatch
from partner_events.domain.event import JsonText
from partner_events.domain.idempotency import Claim, Idempotency
from partner_events.domain.messages import RunTrigger
from partner_events.domain.trigger import Trigger
from partner_events.ports import ClaimContended, ClaimTaken, Dispatcher, TriggerStore


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to give; `replayed` if it is the answer that an earlier call was given."""

    answer: JsonText
    replayed: bool = False


def earlier_answer(
    idempotency: Idempotency | None, *, now: datetime, triggers: TriggerStore
) -> Accepted | None:
    """Find the answer to an earlier call with this key (D-5), before anything else is checked.

    Raises `IdempotencyMismatch` if that call had another body.
    """
    claim = triggers.find_claim(idempotency.name, now=now) if idempotency else None
    return replay(claim, idempotency) if claim and idempotency else None


def accept_event(
    trigger: Trigger,
    *,
    idempotency: Idempotency | None,
    answer: Callable[[Trigger, str], JsonText],
    now: datetime,
    triggers: TriggerStore,
    dispatcher: Dispatcher,
) -> Accepted:
    """Send the trigger's message, commit the trigger, and return `answer(trigger, job_id)`.

    Raises `IdempotencyMismatch` or `IdempotencyInProgress`; then no record was written.
    """
    team, due_at = trigger.event.team, trigger.due_at
    message = RunTrigger(team=team, trigger=trigger.id, accepted_at=now, due_at=due_at)
    accepted = Accepted(answer(trigger, dispatcher.send(message, now=now)))
    claim = idempotency.claim(accepted.answer, now=now) if idempotency else None
    try:
        triggers.add(trigger, claim=claim, now=now)
    except ClaimTaken as taken:
        assert idempotency is not None
        return replay(taken.claim, idempotency)
    except ClaimContended as contended:
        raise IdempotencyInProgress(
            "A request with this Idempotency-Key is still being processed"
        ) from contended
    return accepted


def replay(claim: Claim, idempotency: Idempotency) -> Accepted:
    if claim.fingerprint != idempotency.fingerprint:
        raise IdempotencyMismatch("This Idempotency-Key was used with another body")
    return Accepted(claim.answer, replayed=True)
