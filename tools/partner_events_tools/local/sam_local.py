"""What `sam local` needs in order to run the functions in containers against a local stack.

It gives a function the variables that the template declares, but with `!Ref Directory` as
"Directory": the names that the deployment chose have to come from a file. And a container cannot
reach the emulator, which listens on the loopback address only. `samconfig.toml` names the file
and the Docker network that are made here.
"""

import json
import sys
from urllib.parse import urlsplit

from partner_events_tools.local.console import say
from partner_events_tools.local.docker import DockerNetwork, ensure_network, remove_network
from partner_events_tools.local.processes import BackgroundProcess
from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import STACK_NAME, LocalStack

NETWORK = "partner-events-local"
ENVIRONMENT_FILE = "sam-local.env.json"
# From a container of Docker Desktop this leads to our loopback address.
HOST_OF_DOCKER_DESKTOP = "host.docker.internal"

type Environments = dict[str, dict[str, str]]
"""The variables of each function, by its logical id."""


class SamLocal:
    """Belongs to the stack of `make up` and to no other: Docker's networks are the machine's."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._environment_file = stack.home / ENVIRONMENT_FILE
        self._relay = BackgroundProcess("relay", stack.home)

    def set_up(self) -> None:
        """Prepare for `sam local`; without Docker there is nothing to prepare for."""
        network = ensure_network(NETWORK)
        if network is None:
            return
        url = self._open(network)
        environments = with_emulator_at(url, self._stack.emulator_url, self._environments())
        self._environment_file.write_text(f"{json.dumps(environments, indent=2)}\n")
        say(f"Containers of `sam local` reach the emulator on {url}.")

    def tear_down(self) -> None:
        self._relay.stop()
        if self._environment_file.exists():
            self._environment_file.unlink()
            remove_network(NETWORK)

    def _open(self, network: DockerNetwork) -> str:
        """Let containers of the network reach the emulator, and return where they do."""
        port = urlsplit(self._stack.emulator_url).port
        assert port is not None
        self._relay.stop()  # the network may have been made anew since
        if not network.is_on_this_machine:
            return f"http://{HOST_OF_DOCKER_DESKTOP}:{port}"
        module = "partner_events_tools.local.relay"
        command = [sys.executable, "-m", module, network.gateway, network.subnet, str(port)]
        self._relay.start(command, port=port, env={})
        return f"http://{network.gateway}:{port}"

    def _environments(self) -> Environments:
        functions = physical_ids(self._stack.client("cloudformation"), STACK_NAME, FUNCTION)
        describe = self._stack.client("lambda").get_function_configuration
        return {
            logical_id: describe(FunctionName=name)["Environment"]["Variables"]
            for logical_id, name in functions.items()
        }


def with_emulator_at(url: str, old_url: str, environments: Environments) -> Environments:
    """Name the emulator, and the queues by it, as containers do."""
    return {
        function: {name: value.replace(old_url, url) for name, value in variables.items()}
        for function, variables in environments.items()
    }
