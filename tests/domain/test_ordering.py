"""By which key deliveries stand in line."""

from decimal import Decimal
from typing import Any

import pytest

from partner_events.domain.ordering import Ordering

DATA = {"transaction_id": "txn_1", "order": {"id": 7}, "amount": Decimal("99.00"), "vip": True}


def line(by: str, data: Any = DATA, contact: str | None = None) -> str:
    return Ordering(by=by).line_of(data, contact)


@pytest.mark.parametrize("by", ["lead", "data.order.id", "data.transaction_id"])
def test_events_with_one_key_are_in_one_line(by: str) -> None:
    assert line(by) == line(by, {**DATA, "amount": 1}) != ""


def test_contacts_are_told_apart_and_data_is_not_looked_at() -> None:
    assert line("contact", None, "c1") == line("contact", DATA, "c1") != line("contact", DATA, "c2")


def test_other_values_are_other_lines() -> None:
    assert line("lead") != line("lead", {"transaction_id": "txn_2"}) != ""
    assert line("data.order.id") != line("data.order.id", {"order": {"id": 8}}) != ""


@pytest.mark.parametrize(
    ("by", "data"),
    [
        ("contact", {"contact": "c1"}),
        ("lead", {}),
        ("lead", {"transaction_id": ""}),
        ("lead", {"transaction_id": None}),
        ("lead", []),
        ("lead", None),
        ("data.order", DATA),
        ("data.order.id.x", DATA),
        ("data.amount", DATA),
        ("data.vip", DATA),
    ],
)
def test_an_event_without_a_text_or_whole_number_there_is_in_none(by: str, data: Any) -> None:
    assert line(by, data) == ""
