"""The soak reports what is lost, doubled, strange or not written down, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from partner_events_tools.soak.reconciliation import Books, Fault, Receipt, Record, reconcile

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def receipt(seconds: float, *, taken: bool = True, webhook: str = "dlv_1") -> Receipt:
    at = T0 + timedelta(seconds=seconds)
    return Receipt(webhook=webhook, order="ORD-1", at=at, taken=taken, signed=True)


def books(*receipts: Receipt, attempts: int = 1, succeeded: float | None = 0.1) -> Books:
    """An accepted event that promises one webhook, what was recorded of it, and what came."""
    succeeded_at = None if succeeded is None else T0 + timedelta(seconds=succeeded)
    return Books(
        orders={"dlv_1": "ORD-1"},
        statuses={"trigger_1": "completed"},
        records={"dlv_1": Record(attempts=attempts, succeeded_at=succeeded_at)},
        receipts=receipts,
    )


@pytest.mark.parametrize(
    "in_order",
    [
        books(receipt(0)),
        books(receipt(0, taken=False), receipt(5), attempts=2, succeeded=5.1),
        Books(orders={}, statuses={}, records={}, receipts=[]),
    ],
    ids=["at once", "at the second attempt", "nothing"],
)
def test_what_was_promised_recorded_and_received_alike_reconciles(in_order):
    assert reconcile(in_order) == {}


def test_a_webhook_that_never_came_is_lost():
    assert reconcile(books(attempts=0, succeeded=None)) == {Fault.LOST: ["dlv_1"]}


def test_a_webhook_that_was_only_ever_refused_is_lost():
    assert reconcile(books(receipt(0, taken=False), succeeded=None)) == {Fault.LOST: ["dlv_1"]}


def test_a_webhook_without_a_row_is_lost_and_so_is_its_trigger():
    lost = replace(books(), records={}, statuses={"trigger_1": "processing"})

    assert reconcile(lost) == {Fault.UNFINISHED: ["trigger_1"], Fault.LOST: ["dlv_1"]}


def test_a_webhook_that_came_again_after_its_success_was_recorded_is_named():
    again = books(receipt(0), receipt(5), attempts=2)

    assert reconcile(again) == {Fault.REPEATED: ["dlv_1"]}


def test_a_second_copy_that_no_row_knows_is_a_miscount_even_if_it_came_at_once():
    assert reconcile(books(receipt(0), receipt(0.05))) == {Fault.MISCOUNTED: ["dlv_1"]}


def test_an_attempt_that_never_arrived_is_a_miscount():
    assert reconcile(books(receipt(0), attempts=2)) == {Fault.MISCOUNTED: ["dlv_1"]}


def test_a_delivery_that_the_row_does_not_know_of_is_named():
    assert reconcile(books(receipt(0), succeeded=None)) == {Fault.UNRECORDED: ["dlv_1"]}


def test_a_webhook_that_no_accepted_event_promises_is_unknown():
    stray = books(receipt(0), receipt(0, webhook="dlv_2"))

    assert reconcile(stray) == {Fault.UNKNOWN: ["dlv_2"]}


def test_a_webhook_with_another_events_data_is_named():
    assert reconcile(books(replace(receipt(0), order="ORD-2"))) == {Fault.MIXED_UP: ["dlv_1"]}


def test_a_webhook_with_a_wrong_signature_is_named():
    assert reconcile(books(replace(receipt(0), signed=False))) == {Fault.UNSIGNED: ["dlv_1"]}
