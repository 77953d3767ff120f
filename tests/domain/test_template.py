"""Templates print what Handlebars prints, and nobody can make them do anything else."""

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_events.domain.template import (
    Destination,
    InvalidTemplate,
    Template,
    TemplateFailed,
)
from partner_events.domain.template_parser import LONGEST, MOST_TAGS
from partner_events.jsontext import loads

GOLDEN = json.loads(Path(__file__).with_name("golden_templates.json").read_text())
CONTEXT = loads(json.dumps(GOLDEN["context"]))


@pytest.mark.parametrize(("template", "printed"), GOLDEN["cases"])
def test_templates_print_what_handlebars_printed(template: str, printed: str) -> None:
    assert Template(template).render(CONTEXT, to=Destination.HTML).text == printed


def test_the_documented_template_is_filled_with_the_variables_s_33() -> None:
    template = Template(
        "Hello {{user_name}},\n\nWelcome to {{product_name}}! "
        "Use code {{discount_code}} for 20% off."
    )
    variables = {"user_name": "John", "product_name": "Acme", "discount_code": "WELCOME20"}

    assert template.render(variables, to=Destination.HTML).text == (
        "Hello John,\n\nWelcome to Acme! Use code WELCOME20 for 20% off."
    )


@pytest.mark.parametrize(
    ("to", "link"),
    [
        (Destination.TEXT, "https://x.io/?token=xyz789&a='b'"),
        (Destination.HTML, "https://x.io/?token&#x3D;xyz789&amp;a&#x3D;&#x27;b&#x27;"),
        (Destination.URL, "https%3A%2F%2Fx.io%2F%3Ftoken%3Dxyz789%26a%3D%27b%27"),
        (Destination.HEADER, "https://x.io/?token=xyz789&a='b'"),
        (Destination.JSON, "https://x.io/?token=xyz789&a='b'"),
    ],
)
def test_links_and_money_come_through_as_their_destination_needs_s_34(
    to: Destination, link: str
) -> None:
    context = {"link": "https://x.io/?token=xyz789&a='b'", "price": "$149.99"}

    assert Template("{{link}} {{{price}}}").render(context, to=to).text == f"{link} $149.99"


@pytest.mark.parametrize("written", ["{{name}}", "{{{name}}}"])
def test_no_value_can_add_a_header_line(written: str) -> None:
    context = {"name": "Ann\r\nBcc: all@x.io\u2028"}

    assert Template(written).render(context, to=Destination.HEADER).text == "Ann  Bcc: all@x.io "


def test_a_value_in_json_text_stays_inside_its_string() -> None:
    rendered = Template('{"a": "{{name}}"}').render({"name": 'x", "b": "\n'}, to=Destination.JSON)

    assert json.loads(rendered.text) == {"a": 'x", "b": "\n'}


def test_a_number_keeps_its_digits() -> None:
    assert Template("{{price}}").render({"price": Decimal("99.00")}).text == "99.00"


def test_a_template_that_is_one_path_gives_the_value_itself() -> None:
    assert Template("{{order.total}}").value({"order": {"total": Decimal("99.00")}}) == Decimal(99)
    assert Template("{{order}}").value({"order": {"n": 1}}) == {"n": 1}
    assert Template("{{missing}}").value({}) is None
    assert Template(" {{n}}").value({"n": 1}) == " 1"
    assert Template("{{upper n}}").value({"n": "x"}) == "X"


def test_paths_without_a_value_are_named() -> None:
    template = Template("{{a}} {{b.c}} {{upper d}} {{default e 'x'}} {{#if f}}{{g}}{{/if}} {{h}}")

    assert template.render({"h": None, "d": "x"}).missing == ("a", "b.c", "h")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{#if x}}", "not closed"),
        ("{{/if}}", "closes nothing"),
        ("{{#if x}}{{/each}}", "closed by"),
        ("{{else}}", "no block"),
        ("{{#if x}}{{else}}{{else}}{{/if}}", "no block"),
        ("{{x", "not closed"),
        ("{{}}", "empty"),
        ("{{a b}}", "not expected"),
        ("{{> partial}}", "not supported"),
        ("{{#foo}}{{/foo}}", "not one of"),
        ("{{#if}}{{/if}}", "one argument"),
        ("{{#if a b}}{{/if}}", "one argument"),
        ("{{upper}}", "takes 1 to 1"),
        ("{{lookup a b}}", "not expected"),
        ("{{upper (foo a)}}", "no helper"),
        ("{{upper (lower a}}", "not closed"),
        ("{{a=b}}", "not expected"),
        ("{{a.this}}", "no path"),
        ("{{a/../b}}", "no path"),
        ("{{{{raw}}}}", "not"),
        ("x" * (LONGEST + 1), "longer"),
        ("{{x}}" * (MOST_TAGS + 1), "tags"),
        ("{{#if x}}" * 21 + "{{/if}}" * 21, "deeper"),
        ("{{upper " + "(upper " * 30 + "x" + ")" * 30 + "}}", "not expected"),
    ],
)
def test_what_is_not_of_the_subset_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidTemplate, match=problem):
        Template(text)


def test_a_refusal_says_where() -> None:
    with pytest.raises(InvalidTemplate) as refusal:
        Template("Hello {{name}}, {{#foo}}")

    assert refusal.value.at == len("Hello {{name}}, {{#")


NESTED = "{{#each l}}" * 4 + "x" + "{{/each}}" * 4


def test_loops_in_loops_have_a_budget() -> None:
    inner: Any = [1] * 20
    for _ in range(3):
        inner = [{"l": inner}] * 20

    with pytest.raises(TemplateFailed):
        Template(NESTED).render({"l": inner})


def test_output_has_a_budget() -> None:
    assert Template("{{x}}").render({"x": "y" * 10}, at_most=10).text == "y" * 10
    with pytest.raises(TemplateFailed):
        Template("{{x}}").render({"x": "y" * 11}, at_most=10)
    with pytest.raises(TemplateFailed):
        Template("{{x}}").render({"x": ["y" * 1000] * 1000}, at_most=10)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PIECES = st.sampled_from(
    ["{{", "}}", "{{{", "}}}", "~", "#", "/", "^", "else", "if ", "each ", "with ", "a", ".", "../"]
    + ["@index", "this", " ", "\n", '"', "'", "(", ")", "eq ", "truncate ", "9", "&", "!", "--"]
    + ["{{#each a}}", "{{/each}}", "{{a}}", "{{#if a}}", "{{/if}}", "\\", "[", "]", "__class__"]
)


@given(st.lists(PIECES, max_size=24).map("".join), JSON, st.sampled_from(Destination))
def test_no_text_and_no_data_raise_anything_but_the_two_errors(
    text: str, data: Any, to: Destination
) -> None:
    with suppress(InvalidTemplate, TemplateFailed):
        Template(text).render({"a": data, "this": data}, to=to, at_most=2_000)


@given(JSON)
def test_text_without_tags_is_printed_as_it_is(data: Any) -> None:
    text = str(data).replace("{{", "")

    assert Template(text).render({}).text == text


@given(st.text(), st.sampled_from(["__class__", "__dict__", "upper", "append", "__len__", "keys"]))
def test_no_attribute_can_be_reached(value: str, name: str) -> None:
    context = {"s": value, "l": [value], "n": 5, "d": {"x": value}}

    for path in ("s", "l", "n", "d", "d.x", "l.0", "this"):
        assert Template(f"{{{{{path}.[{name}]}}}}").value(context) is None
