"""What a handler reaches: the errors it may answer with, and the parameters that it reads.

The code is read, not run: from the handler through every function of ours that it names. What
stands behind a port's protocol is not followed; ports have exceptions of their own, which use
cases turn into errors. An error that is caught on the way does not count.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from partner_events.domain.errors import DomainError
from partner_events_tools.openapi.names import Function, Names

OURS = ("partner_events.", "app_")
READ_BY_GET = {"query": "query", "filters": "query", "headers": "headers"}


@dataclass(frozen=True, slots=True)
class Reached:
    """`errors` holds each error with the message it is raised with, if that is written there."""

    errors: frozenset[tuple[type[DomainError], str]] = frozenset()
    query: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    statuses: frozenset[HTTPStatus] = frozenset()

    def __or__(self, other: "Reached") -> "Reached":
        return Reached(
            self.errors | other.errors,
            self.query | other.query,
            self.headers | other.headers,
            self.statuses | other.statuses,
        )

    def without(self, caught: tuple[type[DomainError], ...]) -> "Reached":
        errors = frozenset(each for each in self.errors if not issubclass(each[0], caught))
        return Reached(errors, self.query, self.headers, self.statuses)


NOTHING = Reached()


@dataclass(slots=True)
class Reader:
    """`known` is what stands behind expressions that the code does not tell: `request.body`."""

    known: Mapping[str, Any]
    _seen: dict[Function, Reached] = field(default_factory=dict)

    def read(self, function: Function, owner: type | None = None) -> Reached:
        if function not in self._seen:
            self._seen[function] = NOTHING  # whoever comes here again adds nothing
            known = {} if self._seen.keys() - {function} else self.known
            names = Names(function, owner, known)
            self._seen[function] = self._all(names, names.code)
        return self._seen[function]

    def _all(self, names: Names, nodes: Iterable[ast.AST]) -> Reached:
        found = NOTHING
        for node in nodes:
            found |= self._read(names, node)
        return found

    def _read(self, names: Names, node: ast.AST) -> Reached:
        found = self._own(names, node)
        if isinstance(node, ast.Try):
            tried = self._all(names, node.body).without(names.caught(node))
            return found | tried | self._all(names, [*node.handlers, *node.orelse, *node.finalbody])
        if isinstance(node, ast.ExceptHandler):
            return found | self._all(names, node.body)
        return found | self._all(names, ast.iter_child_nodes(node))

    def _own(self, names: Names, node: ast.AST) -> Reached:
        match node:
            case ast.Call(func=called, args=args) if names.is_error(called):
                return Reached(errors=frozenset({(names.value(called), _text(names, args))}))
            case ast.Call(
                func=ast.Attribute(value=source, attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ):
                return _parameter(source, key)
            case ast.Attribute(value=ast.Name(id="HTTPStatus"), attr=name):
                return Reached(statuses=frozenset({HTTPStatus[name]}))
            case ast.Name() | ast.Attribute():
                function, owner = names.function(node)
                ours = function is not None and function.__module__.startswith(OURS)
                return self.read(function, owner) if ours and function else NOTHING
        return NOTHING


def _parameter(source: ast.AST, key: str) -> Reached:
    name = source.attr if isinstance(source, ast.Attribute) else getattr(source, "id", "")
    match READ_BY_GET.get(name):
        case "query":
            return Reached(query=frozenset({key}))
        case "headers":
            return Reached(headers=frozenset({key}))
    return NOTHING


def _text(names: Names, args: list[ast.expr]) -> str:
    """Write the message as the code has it, with what only a request fills in left in braces."""
    match args:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case [ast.JoinedStr(values=parts), *_]:
            return "".join(_part(names, part) for part in parts)
    return ""


def _part(names: Names, part: ast.expr) -> str:
    match part:
        case ast.Constant(value=text):
            return str(text)
        case ast.FormattedValue(value=value) if names.constant(value) is not None:
            return str(names.constant(value))
        case ast.FormattedValue(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return f"{{{name}}}"
    return "…"
