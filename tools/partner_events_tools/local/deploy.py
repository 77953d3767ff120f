"""`sam build` and `sam deploy` of the real template onto the emulator."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from partner_events_tools.local.emulator import CREDENTIALS, NO_PROFILES
from partner_events_tools.local.errors import CannotRun, CommandFailed

LINES_SHOWN = 40


class SamProject:
    """A template, and a folder of its own for what is built, so two stacks never share one."""

    def __init__(self, template: Path, home: Path) -> None:
        self._template = template
        self._home = home
        self._built = home / "sam" / "build"

    def build(self) -> None:
        self._sam(
            "build",
            *("--template", str(self._template)),
            *("--build-dir", str(self._built)),
            *("--cache-dir", str(self._home / "sam" / "cache")),
            *("--cached", "--parallel"),
            *("--parameter-overrides", f"Architecture={host_architecture()}"),
        )

    def deploy(
        self, stack_name: str, url: str, *, parameters: Mapping[str, str], tags: Mapping[str, str]
    ) -> None:
        """Create the stack, or update it."""
        overrides = {"Architecture": host_architecture(), **parameters}
        self._sam(
            "deploy",
            *("--template-file", str(self._built / "template.yaml")),
            *("--stack-name", stack_name),
            *("--region", CREDENTIALS["AWS_DEFAULT_REGION"]),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
            *("--resolve-s3", "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--no-progressbar", "--no-disable-rollback"),
            *("--parameter-overrides", *(f"{key}={value}" for key, value in overrides.items())),
            *("--tags", *(f"{key}={value}" for key, value in tags.items())),
            url=url,
        )

    def _sam(self, verb: str, *arguments: str, url: str = "") -> None:
        sam = Path(sys.executable).with_name("sam")
        if not sam.exists():
            raise CannotRun("The SAM CLI is not installed in this environment: run `make up`.")
        log = self._home / f"sam-{verb}.log"
        env = self._environment(url)
        with log.open("w") as output:
            ended = subprocess.run(
                [sam, verb, *arguments],
                cwd=self._template.parent,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if ended.returncode != 0:
            last = "\n".join(log.read_text().splitlines()[-LINES_SHOWN:])
            raise CommandFailed(f"{last}\n`sam {verb}` failed; the above is the end of {log}.")

    def _environment(self, url: str) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        endpoint = {"AWS_ENDPOINT_URL": url} if url else {}
        return {
            **own,
            **CREDENTIALS,
            **NO_PROFILES,
            **endpoint,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.2",  # seconds; the emulator is quicker than the cloud
            "__SAM_CLI_APP_DIR": str(self._home / "sam" / "app"),
        }


def host_architecture() -> str:
    """Name this machine's processor as Lambda does."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
