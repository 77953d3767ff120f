"""MiniStack, an AWS emulator in one Python process, as a background process of ours."""

import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from partner_events_tools.local.console import say
from partner_events_tools.local.errors import CannotRun, NeverAnswered
from partner_events_tools.local.ports import LOOPBACK, free_port
from partner_events_tools.local.processes import BackgroundProcess

PREFERRED_PORT = 4566
ANSWERS_WITHIN = 30.0
PYTHON = Path(".local", "emulator", "bin", "python")
MENDED = Path(__file__).with_name("mended_emulator.py")

# What every client of the emulator presents. It takes "test" for the account's root.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
# The person's own profiles and credentials have no business here.
NO_PROFILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Emulator:
    def __init__(self, home: Path, root: Path) -> None:
        self._home = home
        self._temporary = home / "tmp"
        self._python = root / PYTHON
        self._process = BackgroundProcess("emulator", home)

    @property
    def url(self) -> str:
        running = self._process.running()
        if running is None:
            raise CannotRun("The local stack is not running: start it with `make up`.")
        return f"http://{LOOPBACK}:{running.port}"

    @property
    def is_running(self) -> bool:
        return self._process.running() is not None

    def start(self, preferred_port: int = PREFERRED_PORT) -> None:
        """Start it unless it runs already; on another port if somebody has the preferred one."""
        if self.is_running:
            say(f"The AWS emulator runs on {self.url}.")
            return
        if not self._python.exists():
            raise CannotRun("The emulator is not installed: run `make up` or `make test`.")
        port = free_port(preferred_port)
        if preferred_port not in (port, 0):
            say(f"Port {preferred_port} is taken; the emulator gets {port}.")
        say(f"Starting the AWS emulator on port {port} ...")
        env = self._environment(port)
        # -P: not the folder of the script, whose modules have names that others have too
        command = [str(self._python), "-P", str(MENDED)]
        self._process.start(command, port=port, env=env)
        self._wait_until_it_answers()

    def stop(self) -> bool:
        stopped = self._process.stop()
        # The functions' workers leave what they unpacked.
        shutil.rmtree(self._temporary, ignore_errors=True)
        return stopped

    def _environment(self, port: int) -> dict[str, str]:
        """Every function inherits this, so it holds nothing of the person's environment."""
        self._temporary.mkdir(parents=True, exist_ok=True)
        return {
            **CREDENTIALS,
            **NO_PROFILES,
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "TMPDIR": str(self._temporary),
            "STATE_DIR": str(self._home / "state"),
            "S3_DATA_DIR": str(self._home / "state" / "s3"),
            "GATEWAY_PORT": str(port),
            "BIND_HOST": LOOPBACK,
            "MINISTACK_HOST": LOOPBACK,
            "LOG_LEVEL": "WARNING",
            # The roles of the template are enforced: a permission that is missing fails here too.
            "AUTH": "true",
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN
        while time.monotonic() < deadline:
            self._process.check_alive()
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5):
                    return
            except (urllib.error.URLError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        raise NeverAnswered(
            f"The emulator did not answer within {ANSWERS_WITHIN:.0f} s; see {self._process.log}."
        )
