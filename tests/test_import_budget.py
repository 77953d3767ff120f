"""No handler loads more than it needs: every module is paid for at every cold start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHIPPED = ("partner_events", "pydantic", "aws_lambda_powertools", "h11", "jmespath")
PROBE = """
import importlib.util, json, sys
sys.path.insert(0, "layers/shared")
spec = importlib.util.spec_from_file_location("app", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps(sorted(sys.modules)))
"""

API = [path for path in sorted(Path("functions/api").glob("*/app.py")) if "health" not in str(path)]
WORKERS = sorted(Path("functions/workers").glob("*/app.py"))
# Two run what the workers run, in their request; one checks templates and rules of all kinds.
MORE = {"preview_workflow": 172, "trigger_event": 195, "put_workflow": 172}
NEVER = {"boto3", "s3transfer", "requests", "jsonschema", "email_validator"}


def modules_of(path: Path) -> set[str]:
    probe = [sys.executable, "-c", PROBE, str(path)]
    return set(json.loads(subprocess.run(probe, capture_output=True, check=True).stdout))


def count(modules: set[str], *packages: str) -> int:
    return sum(name.partition(".")[0] in packages for name in modules)


@pytest.mark.parametrize("path", API, ids=lambda path: path.parent.name)
def test_an_api_function_loads_at_most_160_modules_of_ours_and_no_http_client(path):
    modules = modules_of(path)

    assert count(modules, *SHIPPED) <= MORE.get(path.parent.name, 160)
    assert not {name.partition(".")[0] for name in modules} & (NEVER | {"h11"})


@pytest.mark.parametrize("path", WORKERS, ids=lambda path: path.parent.name)
def test_a_worker_loads_at_most_125_modules_of_ours_and_no_pydantic(path):
    modules = modules_of(path)

    assert count(modules, *SHIPPED) <= 125
    assert not {name.partition(".")[0] for name in modules} & (NEVER | {"pydantic", "h11"})


def test_health_loads_nothing_but_the_version():
    modules = modules_of(Path("functions/api/get_health/app.py"))

    assert count(modules, *SHIPPED) == 1
