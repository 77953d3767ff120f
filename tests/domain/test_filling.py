"""Templates in JSON values: every string is one, and the whole value has one budget."""

from decimal import Decimal

import pytest

from partner_events.domain.filling import fill
from partner_events.domain.template import InvalidTemplate, TemplateFailed

CONTEXT = {
    "event": {
        "name": "x",
        "data": {"n": 3, "t": True, "o": {"k": None}, "m": Decimal("99.00"), "big": "x" * 100_000},
    },
    "contact": None,
}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{event.data.n}}", 3),
        ("{{ event.data.o }}", {"k": None}),
        ("{{{event.data.m}}}", Decimal("99.00")),
        ("n={{event.data.n}}, t={{event.data.t}}", "n=3, t=true"),
        ("{{contact.email}}", None),
        ("<{{contact.email}}>", "<>"),
        ({"a": ["{{event.name}}"]}, {"a": ["x"]}),
        ("{{event.__class__}}", None),
        ("{{event.name.upper}}", None),
        ("{{#if event.data.t}}A & B{{/if}}", "A & B"),
        ("{ no } }}", "{ no } }}"),
        ("{{this}}", CONTEXT),
        (5, 5),
        (None, None),
    ],
)
def test_strings_are_filled_and_one_that_is_one_path_keeps_its_type(value, filled):
    assert fill(value, CONTEXT) == filled


@pytest.mark.parametrize("leaf", ["{{event.data.big}}", "{{event.data}}", "{{event.data.big}}!"])
def test_all_strings_of_a_value_share_one_budget(leaf):
    with pytest.raises(TemplateFailed):
        fill({"a": [leaf, leaf, leaf]}, CONTEXT)


def test_what_is_no_template_is_refused():
    with pytest.raises(InvalidTemplate):
        fill({"a": ["{{#if x}}"]}, CONTEXT)
