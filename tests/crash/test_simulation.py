"""Ten thousand drawn worlds keep their promises; `make simulate` runs ten times as many.

One of them again: `make simulate SEED=123`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.promises import BrokenPromise, simulate

RUNS, CHUNK = 10_000, 500
ROOT = Path(__file__).parents[2]
SHOWN = "from tests.crash.promises import simulate; print(*simulate(7).messages())"


@pytest.mark.parametrize("first", range(0, RUNS, CHUNK))
def test_nothing_is_lost_doubled_or_stuck_whatever_goes_wrong(first: int) -> None:
    for seed in range(first, first + CHUNK):
        simulate(seed)


def test_a_seed_tells_all_of_a_run_in_any_process() -> None:
    """Not even the order in which a process walks its sets may change it."""
    found = {_run_elsewhere(hash_seed) for hash_seed in "123"}

    assert len(found) == 1
    assert "RunStep" in found.pop()


def test_a_broken_promise_tells_how_to_see_it_again() -> None:
    assert str(BrokenPromise(7, "stuck")) == "seed 7: stuck (again: make simulate SEED=7)"


def _run_elsewhere(hash_seed: str) -> str:
    path = ":".join([str(ROOT), str(ROOT / "layers/shared"), str(ROOT / "tools")])
    environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout
