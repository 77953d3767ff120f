import socket

from partner_events_tools.local.ports import LOOPBACK, free_port


def test_the_preferred_port_is_taken_when_it_is_free():
    port = free_port(0)

    assert free_port(port) == port


def test_another_port_is_found_when_somebody_listens_on_the_preferred_one():
    with socket.create_server((LOOPBACK, 0)) as listener:
        taken = listener.getsockname()[1]

        assert free_port(taken) not in (taken, 0)
