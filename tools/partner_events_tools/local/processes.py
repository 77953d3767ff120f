"""Background processes that outlive the command that started them.

A file remembers each one: its pid, its port, and when it was started. A pid alone proves nothing,
for the system gives old numbers to new processes; only the pid *and* the start time do. A process
that is not proven to be ours is never signalled.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from partner_events_tools.local.errors import NeverAnswered

STOP_WITHIN = 10.0
POLL_EVERY = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    pid: int
    port: int
    started: str


class BackgroundProcess:
    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.log = home / f"{name}.log"
        self._record = home / f"{name}.json"
        self._child: subprocess.Popen[bytes] | None = None

    def running(self) -> Running | None:
        """Return the process if it is alive and provably the one that was started."""
        try:
            running = Running(**json.loads(self._record.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        alive = started_at(running.pid) == running.started
        if self._child is not None:
            self._child.poll()  # after the look: what was over then is reaped now
        return running if alive else None

    def start(self, command: Sequence[str], *, port: int, env: Mapping[str, str]) -> None:
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pid = self._child.pid
        record = {"pid": pid, "port": port, "started": started_at(pid) or ""}
        self._record.write_text(json.dumps(record))

    def check_alive(self) -> None:
        if self.running() is None:
            raise NeverAnswered(f"The {self.name} ended while it was starting; see {self.log}.")

    def stop(self) -> bool:
        """Stop the process and what it started, and say whether there was one."""
        running = self.running()
        if running is not None:
            os.kill(running.pid, signal.SIGTERM)
            if not self._ends_within(STOP_WITHIN):
                os.killpg(running.pid, signal.SIGKILL)
                self._ends_within(STOP_WITHIN)
            if self._child is not None:
                self._child.wait(STOP_WITHIN)  # its other threads may be over after its first
        self._record.unlink(missing_ok=True)
        return running is not None

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.running() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_EVERY)
        return True


def started_at(pid: int) -> str | None:
    """Say when the process was started, in whatever unit the system has, or None if it is over."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _started_at_by_ps(pid)
    with suppress(FileNotFoundError, ProcessLookupError):
        # After the command's name, which may itself hold spaces and parentheses.
        fields = stat.read_text().rpartition(")")[2].split()
        state, start_ticks = fields[0], fields[19]
        return None if state == "Z" else start_ticks
    return None


def _started_at_by_ps(pid: int) -> str | None:
    ps = ["ps", "-o", "lstart=,stat=", "-p", str(pid)]
    *started, state = subprocess.run(ps, capture_output=True, text=True).stdout.split() or [""]
    return None if not started or state.startswith("Z") else " ".join(started)
