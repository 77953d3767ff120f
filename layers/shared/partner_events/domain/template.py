"""Render templates that tenants write: no code runs but ours, and everything has a budget.

What Handlebars prints for a template of the subset (see template_parser) we print, with two
differences: a number keeps the digits it came with (99.00 stays 99.00), and a value is escaped
for where it goes. Nothing of a value can be reached but its items by key or index, and `length`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from partner_events.domain.template_escapes import ESCAPES, Destination
from partner_events.domain.template_nodes import (
    Block,
    Call,
    Comment,
    Expression,
    InvalidTemplate,
    Node,
    Output,
    Path,
    Text,
    Value,
)
from partner_events.domain.template_parser import parse
from partner_events.domain.template_values import HELPERS, entries, is_empty, is_truthy, item, text

__all__ = ["Budget", "Destination", "InvalidTemplate", "Rendered", "Template", "TemplateFailed"]

MOST_STEPS = 100_000  # nodes visited, over all turns of all loops
LONGEST_OUTPUT = 262_144  # characters


class TemplateFailed(Exception):
    """Rendering would take more than its budget of steps or output."""


@dataclass(slots=True)
class Budget:
    """What may still be spent; templates that make one thing together share one."""

    room: int = LONGEST_OUTPUT  # characters
    steps: int = MOST_STEPS

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise TemplateFailed(f"takes more than {MOST_STEPS} steps")

    def write(self, characters: int) -> None:
        self.room -= characters
        if self.room < 0:
            raise TemplateFailed("writes more than is allowed")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`missing` names the paths that were to be written and had no value."""

    text: str
    missing: tuple[str, ...]


class Template:
    def __init__(self, source: str) -> None:
        """Parse a template, or raise `InvalidTemplate`."""
        self._nodes = parse(source)

    def render(
        self,
        context: Mapping[str, Any],
        *,
        to: Destination = Destination.TEXT,
        at_most: int = LONGEST_OUTPUT,
        budget: Budget | None = None,
    ) -> Rendered:
        """Fill the template from JSON values, or raise `TemplateFailed`."""
        run = _Run(ESCAPES[to], budget or Budget(at_most))
        run.body(self._nodes, _Scope((context,), _Frame({"root": context})))
        return Rendered("".join(run.parts), tuple(run.missing))

    @property
    def is_path(self) -> bool:
        """Tell whether it is one `{{path}}` and no more, which stands for the value itself."""
        return self._path is not None

    def value(self, context: Mapping[str, Any], *, budget: Budget | None = None) -> Any:
        """Return the value itself if the template is one `{{path}}` and no more, else its text."""
        if self._path is None:
            return self.render(context, budget=budget).text
        found = _look_up(self._path, _Scope((context,), _Frame({"root": context})))
        _spend(found, budget or Budget())
        return found

    @property
    def _path(self) -> Path | None:
        match self._nodes:
            case [Output(expression=Path() as path)]:
                return path
        return None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What `@` names mean, and around it what they mean one loop further out."""

    names: Mapping[str, Any]
    outer: "_Frame | None" = None

    def inner(self, names: Mapping[str, Any]) -> "_Frame":
        return _Frame({**self.names, **names}, self)


@dataclass(frozen=True, slots=True)
class _Scope:
    """`contexts` begins with the one that `this` means; `../` means the next."""

    contexts: tuple[Any, ...]
    frame: _Frame

    def within(self, context: Any) -> "_Scope":
        if _same(context, self.contexts[0]):
            return self
        return replace(self, contexts=(context, *self.contexts))


class _Run:
    def __init__(self, escape: Callable[[str, bool], str], budget: Budget) -> None:
        self.parts: list[str] = []
        self.missing: list[str] = []
        self._escape = escape
        self._budget = budget

    def body(self, nodes: Sequence[Node], scope: _Scope) -> None:
        for node in nodes:
            self._budget.step()
            match node:
                case Text():
                    self._write(node.text)
                case Output():
                    value = self._evaluate(node.expression, scope)
                    if value is None:
                        self.missing.append(_name(node.expression))
                    self._write(self._escape(text(value, at_most=self._budget.room), node.raw))
                case Block():
                    self._block(node, scope)
                case Comment():
                    pass

    def _block(self, block: Block, scope: _Scope) -> None:
        value = self._evaluate(block.argument, scope)
        match block.helper:
            case "each":
                turns = list(_turns(value, scope))
                for turn in turns:
                    self._budget.step()
                    self.body(block.body, turn)
                chosen = [] if turns else block.inverse
            case "with":
                chosen = block.inverse if is_empty(value) else []
                if not is_empty(value):
                    self.body(block.body, scope.within(value))
            case _:
                wanted = block.helper == "if"
                chosen = block.body if is_truthy(value) is wanted else block.inverse
        self.body(chosen or (), scope)

    def _evaluate(self, expression: Expression, scope: _Scope) -> Any:
        self._budget.step()
        match expression:
            case Value():
                return expression.literal
            case Path():
                return _look_up(expression, scope)
            case Call():
                values = [self._evaluate(each, scope) for each in expression.arguments]
                return HELPERS[expression.helper](*values)

    def _write(self, written: str) -> None:
        self._budget.write(len(written))
        self.parts.append(written)


def _spend(value: Any, budget: Budget) -> None:
    """Charge a value that stands for itself as if it had been written."""
    budget.step()
    match value:
        case Mapping():
            for name, inner in value.items():
                budget.write(len(name) + 4)
                _spend(inner, budget)
        case list():
            for inner in value:
                _spend(inner, budget)
        case str():
            budget.write(len(value))
        case _:
            budget.write(1)


def _turns(value: Any, scope: _Scope) -> Iterator[_Scope]:
    pairs = entries(value)
    for index, (key, each) in enumerate(pairs):
        names = {"key": key, "index": index, "first": index == 0, "last": index == len(pairs) - 1}
        yield replace(scope.within(each), frame=scope.frame.inner(names))


def _look_up(path: Path, scope: _Scope) -> Any:
    names = path.names
    if path.data:
        frame: _Frame | None = scope.frame
        for _ in range(path.depth):
            frame = frame and frame.outer
        found: Any = frame and frame.names
    else:
        found = scope.contexts[path.depth] if path.depth < len(scope.contexts) else None
    for name in names:
        found = item(found, name)
    return found


def _name(expression: Expression) -> str:
    match expression:
        case Path():
            return expression.text
        case Call():
            return next((_name(each) for each in expression.arguments), expression.helper)
        case Value():
            return text(expression.literal, at_most=100)


def _same(one: Any, other: Any) -> bool:
    """A loop over equal scalars, or a block about the same thing, opens no further context."""
    if isinstance(one, Mapping | list) or isinstance(other, Mapping | list):
        return one is other
    return type(one) is type(other) and bool(one == other)
