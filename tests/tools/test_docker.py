import pytest

from partner_events_tools.local.docker import DockerNetwork, ensure_network

CONFIG = '{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}'
THE_NETWORK = DockerNetwork("ours", "172.18.0.1", "172.18.0.0/16")


@pytest.fixture
def docker(tmp_path, monkeypatch):
    """Makes a `docker`, the only program there is, of the lines of a shell script."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def docker(*lines: str) -> None:
        (tmp_path / "docker").write_text("\n".join(["#!/bin/sh", f"cd {tmp_path}", *lines]))
        (tmp_path / "docker").chmod(0o700)

    return docker


def test_a_network_that_is_there_is_used(docker):
    docker(f"[ $2 = inspect ] && echo '{CONFIG}'")

    assert ensure_network("ours") == THE_NETWORK


def test_a_network_that_is_not_there_is_made(docker):
    docker(
        f"[ $2 = inspect ] && [ -e $3 ] && echo '{CONFIG}' && exit",
        "[ $2 = create ] && : > $3 && echo 5f358c7703fc",
    )

    assert ensure_network("ours") == THE_NETWORK


def test_without_docker_there_is_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ensure_network("ours") is None


def test_where_the_daemon_does_not_run_there_is_no_network(docker):
    docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1")

    assert ensure_network("ours") is None


@pytest.mark.parametrize(
    ("gateway", "here"), [("127.0.0.1", True), ("203.0.113.1", False)], ids=["linux", "desktop"]
)
def test_the_gateway_is_on_this_machine_if_it_can_be_listened_on(gateway, here):
    assert DockerNetwork("ours", gateway, "203.0.113.0/24").is_on_this_machine is here
