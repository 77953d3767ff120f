import json
from urllib.parse import urlsplit

import pytest

from partner_events_tools.local.sam_local import ENVIRONMENT_FILE, SamLocal
from tests.template import resources

FUNCTIONS = resources("AWS::Serverless::Function")


@pytest.fixture
def docker_desktop(tmp_path, monkeypatch):
    """A `docker` whose networks are on another machine, so that none of their addresses is ours."""
    docker = tmp_path / "docker"
    config = '{"Subnet":"203.0.113.0/24","Gateway":"203.0.113.1"}'
    docker.write_text(f"#!/bin/sh\necho '{config}'\n")
    docker.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def written(stack, docker_desktop):  # noqa: ARG001
    sam_local = SamLocal(stack)
    sam_local.set_up()
    yield json.loads((stack.home / ENVIRONMENT_FILE).read_text())
    sam_local.tear_down()


def test_every_function_gets_the_names_of_the_deployment(stack, written):
    assert written.keys() == FUNCTIONS.keys()
    for variables in written.values():
        assert variables["DIRECTORY_TABLE"] == stack.outputs["DirectoryTable"]


def test_every_function_gets_the_emulator_as_containers_reach_it(stack, written):
    port = urlsplit(stack.emulator_url).port
    for variables in written.values():
        assert variables["AWS_ENDPOINT_URL"] == f"http://host.docker.internal:{port}"
        assert "127.0.0.1" not in str(variables)


@pytest.mark.usefixtures("written")
def test_the_file_goes_with_the_stack(stack):
    SamLocal(stack).tear_down()

    assert not (stack.home / ENVIRONMENT_FILE).exists()


def test_without_docker_nothing_is_written(stack, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    SamLocal(stack).set_up()

    assert not (stack.home / ENVIRONMENT_FILE).exists()
