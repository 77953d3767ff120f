"""Pick values out of an answer by JMESPath, within a budget: expressions are tenants' own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.visitor import TreeInterpreter

MOST_STEPS = 20_000
MOST_MADE = 500_000  # items and characters of what an expression builds on its way
FORBIDDEN = frozenset({"join"})  # from little it makes much in a single step


class _TooMuch(Exception):
    """The expression takes more than its budget."""


def select(expressions: Mapping[str, str], value: Any) -> Mapping[str, Any]:
    """Evaluate each expression; null where there is nothing, or where it breaks a rule."""
    return {name: _one(text, value) for name, text in expressions.items()}


def check_expression(text: str) -> None:
    """Raise `ValueError` unless it is an expression that we evaluate."""
    try:
        parsed = jmespath.compile(text).parsed
    except (JMESPathError, RecursionError) as error:
        raise ValueError("is not a JMESPath expression") from error
    called = sorted(_called(parsed) & FORBIDDEN)
    if called:
        raise ValueError(f"may not use {called[0]}()")


def _one(text: str, value: Any) -> Any:
    try:
        check_expression(text)
        return _json(_Interpreter().visit(jmespath.compile(text).parsed, value))
    except (JMESPathError, _TooMuch, ValueError, TypeError, KeyError, RecursionError):
        return None


class _Interpreter(TreeInterpreter):
    """Counts steps, and the size of everything that is built anew out of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = MOST_STEPS
        self._room = MOST_MADE

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._steps -= 1
        if self._steps < 0:
            raise _TooMuch
        return super().visit(node, *args, **kwargs)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        return self._charged(super().visit_flatten(node, value))

    def visit_multi_select_list(self, node: Any, value: Any) -> Any:
        return self._charged(super().visit_multi_select_list(node, value))

    def visit_multi_select_dict(self, node: Any, value: Any) -> Any:
        return self._charged(super().visit_multi_select_dict(node, value))

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        return self._charged(super().visit_function_expression(node, value))

    def _charged(self, made: Any) -> Any:
        self._charge(made)
        return made

    def _charge(self, made: Any) -> None:
        self._room -= 1 + (len(made) if isinstance(made, str) else 0)
        if self._room < 0:
            raise _TooMuch
        inside = made.values() if isinstance(made, dict) else made
        for each in inside if isinstance(made, dict | list) else ():
            self._charge(each)


def _called(node: Any) -> set[str]:
    names = {str(node["value"])} if node.get("type") == "function_expression" else set()
    children = (each for each in node.get("children", ()) if isinstance(each, dict))
    return names.union(*map(_called, children))


def _json(value: Any) -> Any:
    """Write numbers as the rest of us do: JMESPath makes some of them floats."""
    match value:
        case float():
            number = Decimal(repr(value))
            return number if number.is_finite() else None
        case dict():
            return {name: _json(each) for name, each in value.items()}
        case list():
            return [_json(each) for each in value]
        case None | bool() | int() | str() | Decimal():
            return value
    raise TypeError("no JSON value")
