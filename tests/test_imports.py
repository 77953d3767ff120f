"""Imports go one way: functions → wiring → aws → ports → domain, and http beside them."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path("layers/shared/partner_events")

# Which parts of the package each part may import. Leaves that know no other part may be
# imported by all but the domain.
PORTS = {
    "ports",
    "delivery_ports",
    "directory_ports",
    "postback_ports",
    "payout_ports",
    "flow_ports",
    "trigger_ports",
    "message_ports",
}
MAY_IMPORT = {
    "domain": {"domain"},
    "ports": {"domain"},
    "delivery_ports": {"domain"},
    "directory_ports": {"domain"},
    "postback_ports": {"domain", "ports"},
    "payout_ports": {"domain", "ports"},
    "flow_ports": {"domain"},
    "trigger_ports": {"domain", "ports"},
    "message_ports": {"domain"},
    "jsontext": {"domain"},
    "receiver": set(),
    "telemetry": {"domain"},
    "settings": set(),
    "usecases": {"domain", *PORTS, "usecases", "jsontext"},
    "aws": {"domain", *PORTS, "aws", "jsontext", "telemetry"},
    "http": {"domain", "http", "jsontext", "telemetry"},
    "wiring": {
        "flow_ports",
        "wiring",
        "domain",
        "ports",
        "directory_ports",
        "usecases",
        "aws",
        "http",
        "settings",
    },
    "functions": {"domain", "ports", "directory_ports", "usecases", "http", "wiring", "telemetry"},
}
NEVER_IN = {"domain": {"boto3", "botocore", "pydantic", "json", "os", "time"}}
THIRD_PARTY = {
    "domain": set(),
    "ports": set(),
    "delivery_ports": set(),
    "directory_ports": set(),
    "postback_ports": set(),
    "payout_ports": set(),
    "flow_ports": set(),
    "trigger_ports": set(),
    "message_ports": set(),
    "usecases": set(),
    "receiver": set(),
    "settings": set(),
    "jsontext": set(),
    "telemetry": {"aws_lambda_powertools"},
    "http": {"pydantic", "pydantic_core", "h11", "jmespath"},
    "aws": {"botocore"},
    "wiring": {"botocore"},
    "functions": set(),
}
STUBS = ("mypy_boto3_",)  # imported for the type checker alone


def modules() -> list[tuple[str, Path]]:
    ours = [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path)
        for path in PACKAGE.rglob("*.py")
        if path.name != "__init__.py"
    ]
    return ours + [("functions", path) for path in Path("functions").rglob("*.py")]


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "partner_events":
            found |= {f"partner_events.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(("part", "path"), modules(), ids=lambda value: str(value))
def test_each_module_imports_only_what_its_part_may(part: str, path: Path) -> None:
    import sys

    for name in imports_of(path):
        top, _, rest = name.partition(".")
        if top == "partner_events":
            inner = rest.partition(".")[0]
            assert inner in MAY_IMPORT[part] or inner == "VERSION", f"{path} imports {name}"
        elif top in sys.stdlib_module_names:
            assert top not in NEVER_IN.get(part, set()), f"{path} imports {name}"
        else:
            assert top in THIRD_PARTY[part] or top.startswith(STUBS), f"{path} imports {name}"


def test_only_functions_and_tools_import_the_wiring() -> None:
    inside = [path for part, path in modules() if part not in ("functions", "wiring")]

    assert not [path for path in inside if "partner_events.wiring" in imports_of(path)]
