"""Leads: costs digit for digit, and what a number of money is."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from partner_events.domain.campaign import CampaignId
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import TeamId
from partner_events.domain.lead import CostOperation, Lead, changed_cost, is_amount

NOW = datetime(2026, 1, 28, tzinfo=UTC)
LEAD = Lead(
    transaction_id="t", team=TeamId("a"), cid=CampaignId("c"), created_at=NOW, updated_at=NOW
)


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        (None, "add", "2.50"),
        (None, "subtract", "-2.50"),
        ("1.10", "add", "3.60"),
        ("1.10", "substract", "-1.40"),
        ("1.10", "subtract", "-1.40"),
        ("1.10", "override", "2.50"),
        ("123456789012345678.123456789012345678", "add", "123456789012345680.623456789012345678"),
    ],
)
def test_a_cost_is_changed_without_losing_a_digit_p_41(before, operation, after):
    known = Decimal(before) if before else None
    cost = changed_cost(known, Decimal("2.50"), CostOperation(operation))

    assert str(cost) == after


@pytest.mark.parametrize("value", [0, 5, Decimal("0.00"), Decimal("45.00"), Decimal("1E+3")])
def test_amounts_d_27(value):
    assert is_amount(value)


@pytest.mark.parametrize(
    "value",
    [-1, Decimal("-0.01"), True, "5", None, [5], 10**18, Decimal("1E+99"), Decimal("1E-99")],
)
def test_what_is_no_amount_d_21_d_27(value):
    assert not is_amount(value)


def test_a_lead_that_learns_nothing_new_stays_as_it_is():
    assert LEAD.told({}, now=NOW) is LEAD


def test_a_number_with_other_digits_is_news_d_2():
    told = LEAD.told({"score": 5}, now=NOW)

    assert told.told({"score": Decimal("5.00")}, now=NOW) is not told


def test_a_lead_knows_so_much_and_no_more():
    with pytest.raises(InvalidInput):
        LEAD.told({"essay": "x" * 100_001}, now=NOW)
