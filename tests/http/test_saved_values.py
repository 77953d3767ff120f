"""Picking values out of answers: expressions are tenants' own, and have a budget."""

from decimal import Decimal

import pytest

from partner_events.http.saved_values import check_expression, select

BODY = {"status": 200, "headers": {}, "body": {"list": [1, 2], "text": "abc"}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("body.list[0]", 1),
        ("body.list[?@ > `1`]", [2]),
        ("length(body.list)", 2),
        ("avg(body.list)", Decimal("1.5")),
        ("`1.50`", Decimal("1.5")),
        ("{a: body.text, b: status}", {"a": "abc", "b": 200}),
        ("sum(body.text)", None),  # breaks a rule of its own
        ("&body", None),  # is no value
        ("nothing.at.all", None),
    ],
)
def test_a_value_is_picked_or_null(expression, value):
    assert select({"it": expression}, BODY) == {"it": value}


@pytest.mark.parametrize(
    "bomb",
    [
        "|".join(["[@,@]"] * 150),
        "body.list|" + "|".join(["[@,@]|[]"] * 60),
        "to_string(" + "|".join(["[@,@]"] * 40) + ")",
    ],
)
def test_an_expression_that_builds_without_end_comes_to_nothing(bomb):
    assert select({"it": bomb}, BODY) == {"it": None}


@pytest.mark.parametrize("text", ["body.", "join('', body.list)", "[" * 2000])
def test_an_expression_that_we_do_not_evaluate_is_refused(text):
    with pytest.raises(ValueError, match=r"is not|may not"):
        check_expression(text)
