"""The operators of rules: what each makes of its arguments (`rules` tells it in words)."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from partner_events.domain.rule_values import (
    Want,
    is_true,
    kind_of,
    to_duration,
    to_instant,
)

CHARACTERS_PER_OPERATION = 1000  # what reading a long text costs
DEEPEST = 64  # no JSON that was let in is nested deeper


class OutOfBudget(Exception):
    """The rule would come to more operations than it may."""


class Evaluation:
    """One evaluation of one rule: the whole of the data, and what may still be spent on it."""

    __slots__ = ("left", "root")

    def __init__(self, root: Any, *, budget: int) -> None:
        self.root = root
        self.left = budget

    def spend(self, count: int = 1) -> None:
        self.left -= count
        if self.left < 0:
            raise OutOfBudget

    def value(self, rule: Any, data: Any) -> Any:
        """Find what a rule comes to where `data` is what its variables are looked up in."""
        self.spend()
        if isinstance(rule, list):
            return [self.value(each, data) for each in rule]
        if not isinstance(rule, dict):
            return rule
        [(name, given)] = rule.items()
        arguments = given if isinstance(given, list) else [given]
        return OPERATORS[name].apply(self, arguments, data)

    def holds(self, rule: Any, data: Any) -> bool:
        return is_true(self.value(rule, data))

    def same(self, one: Any, other: Any, depth: int = 0) -> bool:
        """Compare in depth: the same kind and the same value, however a number is written."""
        self.spend()
        kind = kind_of(one)
        if kind != kind_of(other) or depth > DEEPEST:
            return False
        if kind == "list":
            return len(one) == len(other) and all(
                self.same(left, right, depth + 1) for left, right in zip(one, other, strict=True)
            )
        if kind == "object":
            return len(one) == len(other) and all(
                name in other and self.same(value, other[name], depth + 1)
                for name, value in one.items()
            )
        if kind == "text":
            self.spend(min(len(one), len(other)) // CHARACTERS_PER_OPERATION)
        return kind != "nothing" and bool(one == other)

    def among(self, needle: Any, items: Sequence[Any]) -> bool:
        return any(self.same(needle, each) for each in items)


type Apply = Callable[[Evaluation, list[Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Operator:
    """`kinds` say what the arguments must be: the last of them, and those before it.

    `scopes`: its second argument is a rule over the items of the first.
    """

    apply: Apply
    least: int
    most: int
    kinds: tuple[Want, ...] = (Want.ANYTHING,)
    scopes: bool = False

    @property
    def takes(self) -> str:
        if self.least == self.most:
            return f"{self.least} argument{'s' if self.least > 1 else ''}"
        return f"{self.least} to {self.most} arguments"

    def wants(self, count: int) -> list[Want]:
        return [*[self.kinds[0]] * (count - 1), self.kinds[-1 if count > 1 else 0]]


def _var(run: Evaluation, arguments: list[Any], data: Any) -> Any:
    path = arguments[0]
    found = data
    for name in path.split(".") if path else ():
        run.spend()
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and _is_index(name) and int(name) < len(found):
            found = found[int(name)]
        else:
            return run.value(arguments[1], data) if len(arguments) > 1 else None
    return found


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= 9


def _and(run: Evaluation, arguments: list[Any], data: Any) -> Any:
    value = None
    for each in arguments:
        value = run.value(each, data)
        if not is_true(value):
            break
    return value


def _or(run: Evaluation, arguments: list[Any], data: Any) -> Any:
    value = None
    for each in arguments:
        value = run.value(each, data)
        if is_true(value):
            break
    return value


def _if(run: Evaluation, arguments: list[Any], data: Any) -> Any:
    for index in range(0, len(arguments) - 1, 2):
        if run.holds(arguments[index], data):
            return run.value(arguments[index + 1], data)
    return run.value(arguments[-1], data) if len(arguments) % 2 else None


def _counting(enough: Callable[[int, int], bool]) -> Apply:
    """Make an operator of what the number of items that held, and of all items, tell."""

    def apply(run: Evaluation, arguments: list[Any], data: Any) -> bool:
        items = run.value(arguments[0], data)
        if not isinstance(items, list):
            return enough(0, 0)
        return enough(sum(run.holds(arguments[1], each) for each in items), len(items))

    return apply


def _on_values(function: Callable[..., Any]) -> Apply:
    """Make an operator of a function of the values of its arguments."""

    def apply(run: Evaluation, arguments: list[Any], data: Any) -> Any:
        return function(run, *[run.value(each, data) for each in arguments])

    return apply


def _ordered(compare: Callable[[Any, Any], bool]) -> Apply:
    def holds(_: Evaluation, *values: Any) -> bool:
        return all(_comparable(*pair) and compare(*pair) for pair in pairwise(values))

    return _on_values(holds)


def _comparable(one: Any, other: Any) -> bool:
    return kind_of(one) == kind_of(other) and kind_of(one) in ("number", "text")


def _exist(_: Evaluation, *values: Any) -> bool:
    return all(value is not None for value in values)


def _in(run: Evaluation, needle: Any, haystack: Any) -> bool:
    if isinstance(haystack, str):
        run.spend(len(haystack) // CHARACTERS_PER_OPERATION)
        return isinstance(needle, str) and needle in haystack
    return isinstance(haystack, list) and run.among(needle, haystack)


def _contains(enough: Callable[[Any], bool]) -> Apply:
    def holds(run: Evaluation, items: Any, needles: Any) -> bool:
        if not (isinstance(items, list) and isinstance(needles, list)):
            return False
        return enough(run.among(each, items) for each in needles)

    return _on_values(holds)


def _text(test: Callable[[str, str], bool]) -> Apply:
    def holds(_: Evaluation, text: Any, part: Any) -> bool:
        return isinstance(text, str) and isinstance(part, str) and test(text, part)

    return _on_values(holds)


def _moments(compare: Callable[[Any, Any], bool]) -> Apply:
    def holds(_: Evaluation, one: Any, other: Any) -> bool:
        left, right = to_instant(one), to_instant(other)
        return left is not None and right is not None and compare(left, right)

    return _on_values(holds)


def _within(run: Evaluation, one: Any, *rest: Any) -> bool:
    now = run.root.get("now") if isinstance(run.root, Mapping) else None
    left, right = to_instant(one), to_instant(rest[0] if len(rest) > 1 else now)
    span = to_duration(rest[-1])
    return left is not None and right is not None and span is not None and abs(left - right) <= span


_MANY = 200
_LISTS = (Want.LIST,)
_EACH = (Want.LIST, Want.ANYTHING)

OPERATORS = {
    "var": Operator(_var, 1, 2, (Want.PATH, Want.ANYTHING)),
    "and": Operator(_and, 1, _MANY),
    "or": Operator(_or, 1, _MANY),
    "if": Operator(_if, 2, _MANY),
    "!": Operator(_on_values(lambda _, value: not is_true(value)), 1, 1),
    "!!": Operator(_on_values(lambda _, value: is_true(value)), 1, 1),
    "==": Operator(_on_values(lambda run, one, other: run.same(one, other)), 2, 2),
    "!=": Operator(_on_values(lambda run, one, other: not run.same(one, other)), 2, 2),
    "<": Operator(_ordered(operator.lt), 2, 3),
    "<=": Operator(_ordered(operator.le), 2, 3),
    ">": Operator(_ordered(operator.gt), 2, 2),
    ">=": Operator(_ordered(operator.ge), 2, 2),
    "in": Operator(_on_values(_in), 2, 2),
    "some": Operator(_counting(lambda held, _: held > 0), 2, 2, _EACH, scopes=True),
    "all": Operator(_counting(lambda held, of: held == of > 0), 2, 2, _EACH, scopes=True),
    "none": Operator(_counting(lambda held, _: held == 0), 2, 2, _EACH, scopes=True),
    "exists": Operator(_on_values(_exist), 1, _MANY, (Want.VARIABLE,)),
    "contains_any": Operator(_contains(any), 2, 2, _LISTS),
    "contains_all": Operator(_contains(all), 2, 2, _LISTS),
    "starts_with": Operator(_text(str.startswith), 2, 2, (Want.TEXT,)),
    "ends_with": Operator(_text(str.endswith), 2, 2, (Want.TEXT,)),
    "before": Operator(_moments(operator.lt), 2, 2, (Want.INSTANT,)),
    "after": Operator(_moments(operator.gt), 2, 2, (Want.INSTANT,)),
    "within": Operator(_on_values(_within), 2, 3, (Want.INSTANT, Want.DURATION)),
}
