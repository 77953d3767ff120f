"""Fill the books of a soak: from the accepted ids, from the product's tables, from the receiver."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from partner_events.domain.delivery import Delivery
from partner_events.domain.execution import Execution, ExecutionStatus
from partner_events.domain.ids import (
    DeliveryId,
    ExecutionId,
    TriggerId,
    delivery_id,
    effect_id,
    execution_id,
)
from partner_events.domain.trigger import Status
from partner_events.wiring import Parts
from partner_events_tools.local.webhooks import Webhook, WebhookReceiver
from partner_events_tools.polling import wait_for
from partner_events_tools.soak.load import STEP, WORKFLOW, Sent, Target
from partner_events_tools.soak.reconciliation import Books, Receipt, Record

READERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The two webhooks that an accepted event promises: of its delivery and of its step."""

    order: str
    trigger: TriggerId
    execution: ExecutionId
    delivery: DeliveryId

    @property
    def webhooks(self) -> tuple[str, str]:
        return self.delivery, effect_id(self.execution, STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the tables say of one promise."""

    status: str
    records: Mapping[str, Record]

    @property
    def is_final(self) -> bool:
        return self.status == Status.COMPLETED and all(
            record.succeeded_at for record in self.records.values()
        )


def promises_of(target: Target, sent: Sequence[Sent]) -> list[Promise]:
    """Work out the ids of all that is to come, which are made of their causes."""
    team = target.api.team
    return [
        Promise(
            order=each.order,
            trigger=TriggerId(each.trigger),
            execution=execution_id(team, each.trigger, WORKFLOW, None),
            delivery=delivery_id(team, each.trigger, target.subscriber),
        )
        for each in sent
        if each.trigger is not None
    ]


def wait_until_delivered(
    receiver: WebhookReceiver, target: Target, promises: Sequence[Promise], *, seconds: float
) -> None:
    wanted = {webhook for promise in promises for webhook in promise.webhooks}

    def delivered() -> bool:
        return wanted <= {webhook.id for webhook in webhooks_of(receiver, target) if webhook.taken}

    wait_for(delivered, seconds=seconds, every=1.0)


def balance(
    parts: Parts,
    receiver: WebhookReceiver,
    target: Target,
    promises: Sequence[Promise],
    *,
    seconds: float,
) -> Books:
    """Read the tables and the receiver; rows that are not final have `seconds` to become so."""
    entries: dict[TriggerId, Entry] = {}

    def all_final() -> bool:
        left = [each for each in promises if not _is_final(entries.get(each.trigger))]
        with ThreadPoolExecutor(READERS) as pool:
            for promise, entry in zip(left, pool.map(partial(_read, parts), left), strict=True):
                entries[promise.trigger] = entry
        return all(map(_is_final, entries.values()))

    wait_for(all_final, seconds=seconds, every=1.0)
    return Books(
        orders={webhook: each.order for each in promises for webhook in each.webhooks},
        statuses={trigger: entry.status for trigger, entry in entries.items()},
        records={id: record for entry in entries.values() for id, record in entry.records.items()},
        receipts=[_receipt(webhook) for webhook in webhooks_of(receiver, target)],
    )


def webhooks_of(receiver: WebhookReceiver, target: Target) -> list[Webhook]:
    return [webhook for webhook in receiver.received() if webhook.path in target.paths]


def _is_final(entry: Entry | None) -> bool:
    return entry is not None and entry.is_final


def _read(parts: Parts, promise: Promise) -> Entry:
    trigger = parts.triggers.get(promise.trigger)
    begun = {each.id: each for each in parts.executions.of_trigger(promise.trigger)}
    delivery, step = promise.webhooks
    return Entry(
        status=trigger.state if trigger else "missing",
        records={
            delivery: _delivery_record(parts.deliveries.get(promise.delivery)),
            step: _step_record(begun.get(promise.execution)),
        },
    )


def _delivery_record(delivery: Delivery | None) -> Record:
    attempts = delivery.attempts if delivery else ()
    ends = [attempt.at + attempt.duration for attempt in attempts if attempt.succeeded]
    return Record(attempts=len(attempts), succeeded_at=ends[0] if ends else None)


def _step_record(execution: Execution | None) -> Record:
    if execution is None:
        return Record(attempts=0, succeeded_at=None)
    succeeded = execution.status is ExecutionStatus.COMPLETED  # its one step did
    return Record(
        attempts=len(execution.history), succeeded_at=execution.finished_at if succeeded else None
    )


def _receipt(webhook: Webhook) -> Receipt:
    return Receipt(
        webhook=webhook.id,
        order=json.loads(webhook.body)["data"]["order"],
        at=webhook.at,
        taken=webhook.taken,
        signed=webhook.signature_ok is True,
    )
