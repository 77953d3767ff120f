"""`make bench`: what a cold start and a request cost, as medians and ratios of one run.

The imports are those of `make build`, the requests go to the stack of `make up`.
Absolute times are of this machine; what travels are the ratios and the counts.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from partner_events_tools import leases
from partner_events_tools.local.api import Api
from partner_events_tools.local.console import say
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.stack import ROOT, LocalStack

BUILD = ROOT / ".aws-sam" / "build"
LAYERS = ("DependenciesLayer", "SharedLayer")
FUNCTIONS = ("SendEventFunction", "RunTriggersFunction", "DeliverWebhooksFunction")
RUNTIME = ROOT / ".local" / "emulator" / "bin" / "python"  # has botocore, as Lambda has
STARTS = 7
REQUESTS = 100
PROBE = "import time; t = time.process_time(); import app; print(time.process_time() - t)"


def main() -> int:
    try:
        bench_cold_starts()
        bench_leases()
        bench_requests(LocalStack(ROOT / ".local"))
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def bench_cold_starts() -> None:
    """Compare the import of each handler with the layers' bytecode and without it."""
    if not all((BUILD / name).is_dir() for name in (*LAYERS, *FUNCTIONS)):
        raise CannotRun("There is no build to measure: run `make build` first.")
    say(f"Cold start: CPU of importing the handler, median of {STARTS}, and what bytecode saves")
    with without_bytecode(BUILD) as bare:
        for function in FUNCTIONS:
            pairs = [(start(BUILD, function), start(bare, function)) for _ in range(STARTS)]
            compiled, plain = (statistics.median(each) for each in zip(*pairs, strict=True))
            ratio = statistics.median(slow / fast for fast, slow in pairs)
            say(f"  {function:24} {_ms(compiled)} with, {_ms(plain)} without: {ratio:.1f} times")


def bench_leases() -> None:
    """Count what environments that share a limit leave of it; this needs no clock."""
    say("Rates: how much of a limit stays unused, since every environment leases some in advance")
    for line in leases.table():
        say(line)


@contextmanager
def without_bytecode(build: Path) -> Iterator[Path]:
    """Copy the layers and functions, leaving their bytecode out."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (*LAYERS, *FUNCTIONS):
            leave_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(build / name, Path(folder, name), ignore=leave_out)
        yield Path(folder)


def start(build: Path, function: str) -> float:
    """Import a handler in a fresh process; the seconds of CPU that it took."""
    layers = [str(build / layer / "python") for layer in LAYERS]
    path = os.pathsep.join([str(build / function), *layers])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [RUNTIME, "-c", PROBE], env=environment, capture_output=True, check=True, text=True
    )
    return float(done.stdout)


def bench_requests(stack: LocalStack) -> None:
    """Time requests to the running stack, one after another."""
    if not stack.is_running:
        raise CannotRun("The local stack is not running: start it with `make up`.")
    state = stack.state
    api = Api(url=state.api_url, team=state.team_id, key=state.api_key)
    event = {"event_name": "user_signup", "event_data": {"amount": 99.5}}
    requests: dict[str, Callable[[], object]] = {
        "GET /event-types": lambda: api.call("GET", "/event-types"),
        "POST /events/send": lambda: api.send(event),
    }
    say(f"Requests: wall time, median of {REQUESTS}, made in turns")
    times: dict[str, list[float]] = {name: [] for name in requests}
    for turn in range(REQUESTS + 1):
        for name, request in requests.items():
            began = time.perf_counter()
            request()
            if turn:  # the first turn warms up
                times[name].append(time.perf_counter() - began)
    reading = statistics.median(times["GET /event-types"])
    for name, each in times.items():
        took = statistics.median(each)
        say(f"  {name:24} {_ms(took)}, {took / reading:.1f} times a read")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:6.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
