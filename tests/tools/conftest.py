from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from partner_events_tools.local.emulator import CREDENTIALS, Emulator
from partner_events_tools.local.stack import ROOT


@pytest.fixture(scope="session")
def emulator(tmp_path_factory) -> Iterator[Emulator]:
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), ROOT)
    emulator.start(preferred_port=0)
    yield emulator
    emulator.stop()


@pytest.fixture
def aws(emulator) -> Callable[[str], Any]:
    """Makes the client of a service."""
    session = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
    )
    return lambda service: session.client(service, endpoint_url=emulator.url)
