"""Ports on the loopback interface."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(preferred: int) -> int:
    """Return `preferred` if nobody listens there, else a port that is free. 0 prefers none."""
    return preferred if _can_bind(preferred) and preferred != 0 else _any_port()


def _can_bind(port: int) -> bool:
    with socket.socket() as listener:
        # As servers do: a port whose last connections are still closing counts as free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])
