"""Rules: conditions as data, a subset of JsonLogic with an answer for every input.

A rule is a JSON value. A literal stands for itself, a list for the list of its values, and an
object has exactly one operator, whose arguments are a list (or the only one, without its list).

    var path [default]       the value at a dotted path (`tags.0` too), else the default, else null;
                             "" is all of the data. A null that is there is no reason for a default
    and, or                  the first false (true) value, else the last; the rest is not looked at
    if c v [c v …] [else]    the value after the first true condition, else the last one, else null
    !  !!                    false are null, false, 0, "" and []; all else is true, "0" and {} too
    ==  !=                   same type and same value, in depth; 1 and 1.00 are the same
    <  <=  >  >=             two numbers by value, or two strings by code point; else false.
                             < and <= take a third argument: `{"<": [1, x, 9]}` is "between"
    in                       a string in a string, or a value among those of a list
    some, all, none          over a list, each item in turn being the data of the second argument;
                             `all` of no items is false, and what is no list has no items
    exists                   every one of these variables is there and is not null
    contains_any, _all       the first list holds one (each) of the second
    starts_with, ends_with   of two strings
    before, after            of two moments: ISO 8601, with an offset or in UTC; a bare date is
                             its midnight in UTC
    within a [b] duration    a is no further from b than that, either way; b is else the data's
                             `now`, which the caller puts there: rules know no clock

JsonLogic compares as JavaScript does ("1" == 1, null >= 0); here values of different types are
never equal and never ordered. An evaluation never fails: an argument of the wrong type makes its
operator false, and a rule that comes to more than `MAX_OPERATIONS` on its data does not hold.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from partner_events.domain.errors import FieldProblem, InvalidRule
from partner_events.domain.rule_operators import OPERATORS, Evaluation, Operator, OutOfBudget
from partner_events.domain.rule_values import Want, find_wrong, is_number

MAX_NODES = 500
MAX_DEPTH = 16
MAX_ITEMS = 200
MAX_TEXT = 1000
MAX_OPERATIONS = 10_000
MAX_PATH_NAMES = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """`source` is the JSON value as it was given, and found valid."""

    source: Any

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Tell whether the rule comes to something true for `data`, a JSON object."""
        try:
            evaluation = Evaluation(data, budget=MAX_OPERATIONS)
            return evaluation.holds(self.source, data)
        except OutOfBudget:
            return False


def parse_rule(source: Any, *, at: str = "rule", roots: Collection[str] | None = None) -> Rule:
    """Check a rule, or raise `InvalidRule` with every problem, each at its path below `at`.

    `roots` are the names that a variable may begin with, so that a misspelt one is found.
    """
    problems = Inspection(roots).inspect(source, at)
    if problems:
        first = problems[0]
        raise InvalidRule(f"{first.field} {first.message}", problems)
    return Rule(source)


class Inspection:
    """Walks a rule once and keeps everything that is wrong with it."""

    def __init__(self, roots: Collection[str] | None) -> None:
        self._roots = roots
        self._nodes = 0
        self._problems: list[FieldProblem] = []

    def inspect(self, source: Any, at: str) -> list[FieldProblem]:
        self._rule(source, at, depth=0, scoped=False)
        if self._nodes > MAX_NODES:
            self._blame(at, f"has more than {MAX_NODES} parts")
        return self._problems

    def _blame(self, at: str, what: str) -> None:
        self._problems.append(FieldProblem(at, what))

    def _rule(self, rule: Any, at: str, *, depth: int, scoped: bool) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return
        if depth > MAX_DEPTH:
            self._blame(at, f"is nested deeper than {MAX_DEPTH} levels")
            return
        match rule:
            case dict():
                self._call(rule, at, depth=depth, scoped=scoped)
            case list():
                self._list(rule, at, depth=depth, scoped=scoped)
            case str() if len(rule) > MAX_TEXT:
                self._blame(at, f"is longer than {MAX_TEXT} characters")
            case _ if not (rule is None or isinstance(rule, bool | str) or is_number(rule)):
                self._blame(at, "is not a JSON value")

    def _list(self, rules: list[Any], at: str, *, depth: int, scoped: bool) -> None:
        if len(rules) > MAX_ITEMS:
            self._blame(at, f"has more than {MAX_ITEMS} items")
            return
        for index, each in enumerate(rules):
            self._rule(each, f"{at}.{index}", depth=depth + 1, scoped=scoped)

    def _call(self, rule: dict[str, Any], at: str, *, depth: int, scoped: bool) -> None:
        if len(rule) != 1:
            self._blame(at, "must have exactly one operator")
            return
        [(name, given)] = rule.items()
        operator = OPERATORS.get(name)
        if operator is None:
            self._blame(at, f"{str(name)[:40]!r} is not an operator")
            return
        arguments = given if isinstance(given, list) else [given]
        places = [f"{at}.{name}.{index}" for index in range(len(arguments))]
        if arguments is not given:
            places = [f"{at}.{name}"]
        self._arguments(operator, arguments, places, f"{at}.{name}", scoped=scoped)
        for index, (each, place) in enumerate(zip(arguments, places, strict=True)):
            inside = scoped or (operator.scopes and index == 1)
            self._rule(each, place, depth=depth + 1, scoped=inside)

    def _arguments(
        self,
        operator: Operator,
        arguments: list[Any],
        places: list[str],
        at: str,
        *,
        scoped: bool,
    ) -> None:
        if not operator.least <= len(arguments) <= operator.most:
            self._blame(at, f"takes {operator.takes}, not {len(arguments)}")
            return
        wants = operator.wants(len(arguments))
        for each, place, want in zip(arguments, places, wants, strict=False):
            wrong = find_wrong(each, want)
            if wrong:
                self._blame(place, wrong)
            elif want is Want.PATH:
                self._path(each, place, scoped=scoped)

    def _path(self, path: str, at: str, *, scoped: bool) -> None:
        names = path.split(".")
        if len(names) > MAX_PATH_NAMES:
            self._blame(at, f"has more than {MAX_PATH_NAMES} names")
        if self._roots is not None and not scoped and names[0] not in self._roots:
            self._blame(at, f"must begin with {' or '.join(sorted(self._roots))}")
