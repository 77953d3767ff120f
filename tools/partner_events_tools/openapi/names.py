"""What the names in a function's code stand for, as far as that can be told without running it.

An instance stands for its class, since all that is asked of it is which methods it has.
"""

import ast
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import UnionType
from typing import Any

from partner_events.domain.errors import DomainError

type Function = Callable[..., Any]


class Names:
    """`known` is what cannot be told from the code: `request.body`; `owner` is `self`'s class."""

    def __init__(self, function: Function, owner: type | None, known: Mapping[str, Any]) -> None:
        self._function = function
        self._owner = owner
        self._known = known

    @cached_property
    def code(self) -> list[ast.stmt]:
        tree = ast.parse(textwrap.dedent(inspect.getsource(self._function))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        return tree.body  # without decorators and annotations

    def value(self, node: ast.AST | None) -> Any:
        """Find the object or class that an expression stands for, or None."""
        match node:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=owner, attr=attribute):
                known = self._known.get(ast.unparse(node))
                return known or _result(_member(self.value(owner), attribute))
            case ast.Call(func=called):
                return _result_of_call(self.value(called), self.function(called))
        return None

    def function(self, node: ast.AST) -> tuple[Function | None, type | None]:
        """Find the function that a name calls or hands on, and the class that it is a method of."""
        if isinstance(node, ast.Name):
            return _as_function(self._scope.get(node.id)), None
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value)
            return _as_function(_member(owner, node.attr)), owner if inspect.isclass(
                owner
            ) else None
        return None, None

    def constant(self, node: ast.expr) -> Any:
        """Work an expression out that is made of constants, as `LARGEST // 1024` is, or None."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        if not names or any(name != name.upper() for name in names):
            return None
        return eval(ast.unparse(node), dict(self._scope))  # noqa: S307  # our own code's

    def is_error(self, node: ast.AST) -> bool:
        value = self.value(node)
        return inspect.isclass(value) and issubclass(value, DomainError)

    def caught(self, node: ast.Try) -> tuple[type[DomainError], ...]:
        """Find what does not leave a `try`: what is caught, and not raised again."""
        kinds = [
            kind
            for handler in node.handlers
            if handler.type and not any(_raises_again(each) for each in ast.walk(handler))
            for kind in getattr(handler.type, "elts", [handler.type])
        ]
        return tuple(self.value(kind) for kind in kinds if self.is_error(kind))

    def _named(self, name: str) -> Any:
        if name == "self":
            return self._owner
        if name in self._known:
            return self._known[name]
        if name in self._assigned:
            return self.value(self._assigned.pop(name))
        hint = _hint(self._function, name)
        return self._scope.get(name) if hint is None else hint

    @cached_property
    def _scope(self) -> Mapping[str, Any]:
        imported = {
            alias.name: getattr(importlib.import_module(node.module), alias.name)
            for node in self._walk()
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        closed = inspect.getclosurevars(self._function).nonlocals
        return {**self._function.__globals__, **closed, **imported}

    @cached_property
    def _assigned(self) -> dict[str, ast.AST]:
        """Find what each local name was given; a name is looked up once, as it may be a loop."""
        found: dict[str, ast.AST] = {}
        for node in self._walk():
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found[name] = value
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                    pairs = zip(names, values, strict=False)
                    found |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
        return found

    def _walk(self) -> Iterator[ast.AST]:
        return (node for statement in self.code for node in ast.walk(statement))


def _raises_again(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and node.exc is None


def _member(owner: Any, name: str) -> Any:
    """Look an attribute up without running any code of it; a field is what its type says."""
    if not inspect.isclass(owner):
        return inspect.getattr_static(owner, name, None)
    found = inspect.getattr_static(owner, name, None)
    if found is None or inspect.ismemberdescriptor(found):
        return next((_hint(each, name) for each in owner.__mro__ if _hint(each, name)), None)
    return found


def _as_function(found: Any) -> Function | None:
    for wrapped in ("__func__", "fget", "func"):  # class methods, properties, cached ones
        found = getattr(found, wrapped, found)
    return inspect.unwrap(found) if inspect.isfunction(inspect.unwrap(found)) else None


def _result(found: Any) -> Any:
    """Return what reading an attribute gives: of a property, what it returns."""
    if isinstance(found, property | cached_property):
        return _hint(_as_function(found), "return")
    return getattr(found, "__func__", found)


def _result_of_call(called: Any, function: tuple[Function | None, type | None]) -> Any:
    return called if inspect.isclass(called) else _hint(function[0], "return")


def _hint(annotated: Any, name: str) -> Any:
    """Return the class that an annotation names, or None: `Lead` for `Lead | None`."""
    if annotated is None:
        return None
    hint = inspect.get_annotations(annotated).get(name)
    scope = getattr(inspect.getmodule(annotated), "__dict__", {})
    if isinstance(hint, str):
        try:
            hint = eval(hint, scope)  # noqa: S307  # our own code's annotation
        except NameError:  # imported for the type checker alone
            hint = _imported_for_types(annotated, hint)
    if isinstance(hint, UnionType):
        hint = next((each for each in hint.__args__ if inspect.isclass(each)), None)
    return hint if inspect.isclass(hint) else None


def _imported_for_types(annotated: Any, name: str) -> Any:
    module = inspect.getmodule(annotated)
    assert module is not None
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == name:
                    return getattr(importlib.import_module(node.module), name, None)
    return None
