"""Compare what was promised, what the product says it did, and what the receiver saw."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A worker takes the time of an attempt before it reads the endpoint and opens the secret.
SLACK = timedelta(seconds=1)


class Fault(StrEnum):
    """What may not happen to any webhook, or, in the first case, to any trigger."""

    UNFINISHED = "triggers not completed"
    LOST = "webhooks never delivered"
    UNRECORDED = "webhooks delivered but not recorded as delivered"
    REPEATED = "webhooks sent again after a recorded success"
    UNKNOWN = "webhooks of events that nobody accepted"
    MISCOUNTED = "webhooks with more or fewer attempts recorded than received"
    MIXED_UP = "webhooks that tell of another event"
    UNSIGNED = "webhooks without a right signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the product keeps of a webhook: how often it tried, and when that succeeded."""

    attempts: int
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One attempt as the receiver saw it; `taken` if it answered with a success."""

    webhook: str
    order: str
    at: datetime
    taken: bool
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """`orders` names the webhooks that the accepted events promise, and what each must tell."""

    orders: Mapping[str, str]
    statuses: Mapping[str, str]
    records: Mapping[str, Record]
    receipts: Sequence[Receipt]


def reconcile(books: Books) -> dict[Fault, list[str]]:
    """Return the ids to which something went wrong, by what it was; nothing if all is well."""
    faults: defaultdict[Fault, list[str]] = defaultdict(list)
    for trigger, status in books.statuses.items():
        if status != "completed":
            faults[Fault.UNFINISHED].append(trigger)
    received = by_webhook(books.receipts)
    for webhook in received.keys() - books.orders.keys():
        faults[Fault.UNKNOWN].append(webhook)
    for webhook, order in books.orders.items():
        receipts = received.get(webhook, [])
        for fault in _faults(order, books.records.get(webhook), receipts):
            faults[fault].append(webhook)
    return dict(faults)


def by_webhook(receipts: Sequence[Receipt]) -> dict[str, list[Receipt]]:
    """Group the attempts of each webhook, in the order in which they came."""
    grouped: dict[str, list[Receipt]] = {}
    for receipt in sorted(receipts, key=lambda receipt: receipt.at):
        grouped.setdefault(receipt.webhook, []).append(receipt)
    return grouped


def _faults(order: str, record: Record | None, receipts: Sequence[Receipt]) -> Iterator[Fault]:
    taken = [receipt for receipt in receipts if receipt.taken]
    succeeded_at = record.succeeded_at if record else None
    if not taken:
        yield Fault.LOST
    elif succeeded_at is None:
        yield Fault.UNRECORDED
    elif any(each.at > succeeded_at + SLACK for each in receipts if each.at > taken[0].at):
        yield Fault.REPEATED
    if len(receipts) != (record.attempts if record else 0):
        yield Fault.MISCOUNTED
    if any(receipt.order != order for receipt in receipts):
        yield Fault.MIXED_UP
    if not all(receipt.signed for receipt in receipts):
        yield Fault.UNSIGNED
