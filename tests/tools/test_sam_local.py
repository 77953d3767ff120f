import tomllib
from pathlib import Path

import pytest

from partner_events_tools.local.emulator import CREDENTIALS
from partner_events_tools.local.sam_local import ENVIRONMENT_FILE, NETWORK, with_emulator_at


@pytest.mark.parametrize("command", ["local_invoke", "local_start_api"])
def test_samconfig_names_what_is_made(command):
    named = tomllib.loads(Path("samconfig.toml").read_text())["default"][command]["parameters"]

    assert named["env_vars"] == f".local/{ENVIRONMENT_FILE}"
    assert named["docker_network"] == NETWORK
    assert named["region"] == CREDENTIALS["AWS_DEFAULT_REGION"]


def test_containers_find_the_emulator_and_its_queues_elsewhere():
    variables = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "STEP_QUEUE_URL": "http://127.0.0.1:4566/000000000000/steps",
        "DIRECTORY_TABLE": "directory",
    }
    seen = with_emulator_at("http://172.18.0.1:4566", "http://127.0.0.1:4566", {"Run": variables})

    assert seen == {
        "Run": {
            "AWS_ENDPOINT_URL": "http://172.18.0.1:4566",
            "STEP_QUEUE_URL": "http://172.18.0.1:4566/000000000000/steps",
            "DIRECTORY_TABLE": "directory",
        }
    }
