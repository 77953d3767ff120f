"""Clients that can only reach what a test stands up: moto, or an address on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

THREADS = 60  # more than any race has

_session: Any = boto3.Session(
    aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
)


@contextmanager
def client(service: str, url: str | None = None) -> Iterator[Any]:
    """Make a client that ignores what the shell says of proxies and endpoints."""
    config = Config(
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]
        proxies={},
        max_pool_connections=THREADS,
        connect_timeout=2,
        read_timeout=20,
    )
    made = _session.client(service, endpoint_url=url, config=config)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def calls_of(*clients: Any) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Record every call of the clients: the operation, and its parameters."""
    made: list[tuple[str, dict[str, Any]]] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append((model.name, params))

    _each(clients, "register", record)
    try:
        yield made
    finally:
        _each(clients, "unregister", record)


def _each(clients: tuple[Any, ...], what: str, hook: Callable[..., None]) -> None:
    for each in clients:
        getattr(each.meta.events, what)("provide-client-params.*", hook)
