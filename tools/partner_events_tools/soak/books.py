"""Fill the books of a soak: from the accepted ids, from the product's tables, from the receiver."""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.ids import (
    DeliveryId,
    TeamId,
    TriggerId,
    delivery_id,
    effect_id,
    execution_id,
)
from partner_events.wiring import Parts
from partner_events_tools.local.webhooks import Webhook, WebhookReceiver
from partner_events_tools.polling import wait_for
from partner_events_tools.soak.load import STEP, WORKFLOW, Sent, Target
from partner_events_tools.soak.reconciliation import Books, Receipt, Record

READERS = 4
NOT_TRIED = Record(attempts=0, succeeded_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The two webhooks that an accepted event promises: of its delivery and of its step."""

    trigger: TriggerId
    order: str
    delivery: DeliveryId
    step: str


def promises_of(target: Target, sent: Sequence[Sent]) -> list[Promise]:
    """Work out the ids of all webhooks to come: they are made of their causes."""
    team = target.api.team
    return [
        Promise(
            trigger=TriggerId(each.trigger),
            order=each.order,
            delivery=delivery_id(team, each.trigger, target.subscriber),
            step=effect_id(execution_id(team, each.trigger, WORKFLOW, None), STEP),
        )
        for each in sent
        if each.trigger is not None
    ]


def wait_until_delivered(
    receiver: WebhookReceiver, target: Target, promises: Sequence[Promise], *, seconds: float
) -> None:
    wanted = {id for each in promises for id in (each.delivery, each.step)}

    def delivered() -> bool:
        taken = {webhook.id for webhook in _webhooks(receiver, target) if webhook.taken}
        return wanted <= taken

    wait_for(delivered, seconds=seconds, every=1.0)


def balance(
    parts: Parts,
    receiver: WebhookReceiver,
    target: Target,
    promises: Sequence[Promise],
    *,
    seconds: float,
) -> Books:
    """Read the tables and the receiver; rows that are not final get some time to become so."""
    statuses: dict[str, str] = {}
    records: dict[str, Record] = {}

    def all_final() -> bool:
        open_ones = [each for each in promises if statuses.get(each.trigger) != "completed" or not 
                     all(records.get(id, NOT_TRIED).succeeded_at for id in (each.delivery, each.step))]
        return True
