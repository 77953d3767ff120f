"""Rules: what they come to, what they may not be, and that they always come to something."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partner_events.domain.errors import InvalidRule
from partner_events.domain.rule_operators import OPERATORS, Evaluation, OutOfBudget
from partner_events.domain.rules import MAX_DEPTH, MAX_NODES, MAX_OPERATIONS, Inspection, parse_rule

# What json-logic-js 2.0.5 answers, and what we do where we mean to differ.
PUBLISHED = json.loads(Path("tests/domain/jsonlogic.json").read_text())


def value(rule, data):
    return Evaluation(data, budget=MAX_OPERATIONS).value(parse_rule(rule).source, data)


def holds(rule, data=None):
    return parse_rule(rule).holds(data or {})


def blamed(rule, **options):
    with pytest.raises(InvalidRule) as error:
        parse_rule(rule, **options)
    return {each.field: each.message for each in error.value.details}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: json.dumps(case["rule"]))
def test_a_kept_operator_answers_as_jsonlogic_does_unless_we_say_otherwise(case):
    answer = value(case["rule"], case["data"])

    assert json.dumps(answer) == json.dumps(case.get("ours", case["published"]))


CONTACT = {
    "contact": {
        "email": "a@example.com",
        "name": "",
        "phone": None,
        "tags": ["new", "vip"],
        "created_at": "2026-03-01T10:00:00.000Z",
        "custom_fields": {"paid": Decimal("99.00"), "renews": "2026-03-31"},
    },
    "now": "2026-03-05T10:00:00Z",
}
PAID = {"var": "contact.custom_fields.paid"}
CREATED = {"var": "contact.created_at"}
TAGS = {"var": "contact.tags"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"==": [PAID, 99]}, True),
        ({">": [PAID, Decimal("98.999999999999999999")]}, True),
        ({"==": [Decimal("0.1"), Decimal("0.1000000000000000055511151231257827")]}, False),
        ({">": [PAID, "98"]}, False),
        ({"==": [[1, {"var": "x"}], [Decimal("1.0"), None]]}, True),
        ({"exists": [{"var": "contact.email"}]}, True),
        ({"exists": {"var": "contact.name"}}, True),
        ({"exists": [{"var": "contact.phone"}]}, False),
        ({"exists": [{"var": "contact.email"}, {"var": "contact.phone"}]}, False),
        ({"contains_any": [TAGS, ["old", "vip"]]}, True),
        ({"contains_any": [TAGS, []]}, False),
        ({"contains_any": [{"var": "contact.email"}, ["a"]]}, False),
        ({"contains_all": [TAGS, ["new", "vip"]]}, True),
        ({"contains_all": [TAGS, ["new", "old"]]}, False),
        ({"contains_all": [TAGS, []]}, True),
        ({"starts_with": [{"var": "contact.email"}, "a@"]}, True),
        ({"ends_with": [{"var": "contact.email"}, "@example.com"]}, True),
        ({"ends_with": [{"var": "contact.phone"}, "0"]}, False),
        ({"before": [CREATED, "2026-03-01T12:00:01+02:00"]}, True),
        ({"before": [CREATED, "2026-03-01T10:00:00"]}, False),
        ({"after": [{"var": "contact.custom_fields.renews"}, "2026-03-30"]}, True),
        ({"after": [{"var": "contact.name"}, "2026-03-30"]}, False),
        ({"within": [CREATED, "P4D"]}, True),
        ({"within": [CREATED, "P3D"]}, False),
        ({"within": [CREATED, {"var": "contact.custom_fields.renews"}, "P30D"]}, True),
        ({"within": [PAID, "P3D"]}, False),
        ({"all": [TAGS, {"in": [{"var": ""}, ["new", "vip"]]}]}, True),
        ({"some": [TAGS, {"starts_with": [{"var": ""}, "v"]}]}, True),
    ],
)
def test_the_operators_of_our_own_and_money_and_moments(rule, expected):
    assert holds(rule, CONTACT) is expected


def test_within_knows_no_now_but_the_datas():
    assert not holds({"within": [CREATED, "P4D"]}, {"contact": CONTACT["contact"]})


def test_every_problem_is_named_at_its_place():
    rule = {
        "and": [
            {"==": [1]},
            {"like": ["a", "b"]},
            {"var": 7},
            {"exists": ["contact.email"]},
            {"before": [{"var": "contact.created_at"}, "soon"]},
            {"within": [{"var": "contact.created_at"}, {"var": "span"}]},
            {"in": ["a", {"var": "b", "or": []}]},
            {"some": ["tags", {"!": [1, 2]}]},
            {"starts_with": [{"var": "a"}, 1]},
        ]
    }

    assert blamed(rule) == {
        "rule.and.0.==": "takes 2 arguments, not 1",
        "rule.and.1": "'like' is not an operator",
        "rule.and.2.var": "must be a dotted path, as text",
        "rule.and.3.exists.0": 'must be a variable: {"var": path}',
        "rule.and.4.before.1": "must be an ISO 8601 date, or date and time",
        "rule.and.5.within.1": "must be an ISO 8601 duration of at most a year, such as P7D",
        "rule.and.6.in.1": "must have exactly one operator",
        "rule.and.7.some.0": "must be a list",
        "rule.and.7.some.1.!": "takes 1 argument, not 2",
        "rule.and.8.starts_with.1": "must be text",
    }


def test_a_variable_that_begins_with_no_known_name_is_named():
    rule = {"or": [{"var": "email"}, {"var": "contact.email"}, {"some": [TAGS, {"var": "x"}]}]}

    assert blamed(rule, at="filters.if", roots={"contact", "now"}) == {
        "filters.if.or.0.var": "must begin with contact or now"
    }


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ({"in": ["a", list(range(201))]}, "has more than 200 items"),
        ("x" * 1001, "is longer than 1000 characters"),
        (Decimal("NaN"), "is not a JSON value"),
        (0.5, "is not a JSON value"),
        ({"var": "a..b"}, "must be a dotted path, as text"),
        ({"var": ".".join("abcdefghijklm")}, "has more than 12 names"),
        ([[1] * 200] * 3, f"has more than {MAX_NODES} parts"),
        ({}, "must have exactly one operator"),
    ],
)
def test_a_rule_has_its_limits(rule, what):
    assert what in blamed(rule).values()


def test_a_rule_may_be_nested_only_so_deep():
    rule = True
    for _ in range(MAX_DEPTH):
        rule = {"!": rule}
    assert holds(rule)

    assert list(blamed({"!": rule}).values()) == [f"is nested deeper than {MAX_DEPTH} levels"]


def test_a_rule_that_comes_to_too_much_does_not_hold_whatever_it_says():
    pairs = {"none": [{"var": "l"}, {"none": [{"var": ""}, {"==": [{"var": ""}, 0]}]}]}

    assert holds({"!": pairs}, {"l": [[1] * 10] * 10})
    assert not holds({"!": pairs}, {"l": [[1] * 100] * 100})
    assert not holds({"==": [{"var": "l"}, {"var": "l"}]}, {"l": [[1] * 1000] * 100})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["2026-01-01", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "P1D"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "now"]), inner, max_size=3)
    ),
    max_leaves=12,
)
variables = st.builds(
    lambda path: {"var": path}, st.sampled_from(["", "a", "b", "a.b", "a.0", "b.1.a", "now"])
)
rules = st.recursive(
    variables
    | json_values.filter(lambda each: not isinstance(each, dict | list))
    | st.just({"within": [{"var": "a"}, "P1D"]}),
    lambda inner: st.builds(
        lambda name, arguments: {name: arguments},
        st.sampled_from([name for name in OPERATORS if name != "var"]),
        st.lists(inner | st.lists(inner, max_size=3), min_size=1, max_size=4),
    ),
    max_leaves=15,
)


@given(rules, st.dictionaries(st.sampled_from(["a", "b", "now"]), json_values))
def test_a_valid_rule_has_one_answer_for_any_data(source, data):
    assume(not Inspection(None).inspect(source, "rule"))
    rule = parse_rule(source)

    assert rule.holds(data) is rule.holds(data)


@given(json_values)
def test_any_json_value_is_a_rule_or_is_refused_with_every_place(source):
    problems = Inspection(None).inspect(source, "rule")

    assert all(each.field.startswith("rule") and each.message for each in problems)


@given(json_values, json_values)
def test_equality_is_one_relation_whichever_side_one_stands_on(one, other):
    data = {"a": one, "b": other}
    forth = holds({"==": [{"var": "a"}, {"var": "b"}]}, data)

    assert holds({"==": [{"var": "b"}, {"var": "a"}]}, data) == forth
    assert holds({"!=": [{"var": "a"}, {"var": "b"}]}, data) != forth
    assert holds({"==": [{"var": "a"}, {"var": "a"}]}, data)


@given(rules, st.dictionaries(st.sampled_from(["a", "b"]), json_values))
def test_the_budget_is_what_decides_whether_a_rule_comes_to_its_end(source, data):
    assume(not Inspection(None).inspect(source, "rule"))
    run = Evaluation(data, budget=MAX_OPERATIONS)
    run.value(source, data)
    spent = MAX_OPERATIONS - run.left

    Evaluation(data, budget=spent).value(source, data)
    with pytest.raises(OutOfBudget):
        Evaluation(data, budget=spent - 1).value(source, data)
