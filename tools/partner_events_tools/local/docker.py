"""The little that we want of Docker: a network of our own."""

import json
import socket
import subprocess
from dataclasses import dataclass

ANSWERS_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class DockerNetwork:
    name: str
    gateway: str
    subnet: str

    @property
    def is_on_this_machine(self) -> bool:
        """Docker Desktop runs containers on a machine of their own, and the gateway is there."""
        with socket.socket() as probe:
            try:
                probe.bind((self.gateway, 0))
            except OSError:
                return False
            return True


def ensure_network(name: str) -> DockerNetwork | None:
    """Find the network or make it; None where Docker does not run."""
    inspect = ("network", "inspect", name, "--format", "{{json (index .IPAM.Config 0)}}")
    found = _docker(*inspect) or (_docker("network", "create", name) and _docker(*inspect))
    if not found:
        return None
    config = json.loads(found)
    return DockerNetwork(name, config["Gateway"], config["Subnet"])


def remove_network(name: str) -> None:
    """Remove the network, unless containers are on it."""
    _docker("network", "rm", name)


def _docker(*arguments: str) -> str:
    """Return what it printed, or nothing if it failed or is not there."""
    try:
        ended = subprocess.run(
            ["docker", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWERS_WITHIN,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
