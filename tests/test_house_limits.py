"""Nothing grows beyond what one reads at a sitting: modules, functions, entrances."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MODULE, FUNCTION, ENTRANCE = 250, 30, 40  # lines, of an entrance those that are not empty
ENTRANCES = sorted(Path("functions").rglob("*.py"))
MODULES = [*sorted(Path("layers/shared").rglob("*.py")), *ENTRANCES]


def functions_in(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function and how long it is: from its first statement on, for a signature
    may name many ports; and without those inside it, which count for themselves."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1 if ast.get_docstring(node) else 0 :]
            yield node.name, sum(map(length, body)) if body else 0


def length(node: ast.stmt) -> int:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return 0
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_is_too_long_and_no_function_of_it(path: Path) -> None:
    assert len(lines(path)) <= MODULE
    assert {name: long for name, long in functions_in(path) if long > FUNCTION} == {}


@pytest.mark.parametrize("path", ENTRANCES, ids=str)
def test_no_entrance_is_too_long(path: Path) -> None:
    assert len(list(filter(None, lines(path)))) <= ENTRANCE
