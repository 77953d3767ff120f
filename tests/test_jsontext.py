import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.jsontext import dumps, loads


@pytest.mark.parametrize(
    "text", ['{"a":99.00}', '{"a":0.10}', '{"a":149.99}', '{"a":123456789012345678.123456789}']
)
def test_a_number_keeps_its_digits_d_2(text):
    assert dumps(loads(text)) == text


def test_a_number_with_a_fraction_is_never_a_binary_float_d_2():
    assert loads("[0.1]") == [Decimal("0.1")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a":1,"a":2}', "names 'a' twice"),
        ('{"a":{"b":1,"b":1}}', "names 'b' twice"),
        ("[NaN]", "holds NaN"),
        ("[Infinity]", "holds Infinity"),
        ("[-Infinity]", "holds -Infinity"),
        ("[" * 33 + "]" * 33, "nested deeper than 32"),
        ("[1e99999999999999999999]", "too large"),
        ("[" + "9" * 5000 + "]", "too large"),
        ('["\\ud800"]', "surrogate"),
        ("{", "not valid JSON"),
        ("", "not valid JSON"),
        ("{'a':1}", "not valid JSON"),
        ('["a\nb"]', "not valid JSON"),
    ],
)
def test_what_json_forbids_is_named_d_4(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        loads(text)


def test_brackets_within_strings_do_not_count_as_depth_d_4():
    text = json.dumps(["[{" * 100, '\\"[[' * 100])

    assert loads(text) == json.loads(text)


def test_the_deepest_nesting_that_is_allowed_is_read_d_4():
    assert dumps(loads("[" * 32 + "]" * 32)) == "[" * 32 + "]" * 32


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab"\\\n'), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_written_means_the_same_to_any_json_reader(value):
    assert json.loads(dumps(value)) == value


@given(st.text(max_size=200))
def test_reading_never_raises_anything_but_value_error(text):
    with suppress(ValueError):
        loads(text)
