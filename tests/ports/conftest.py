from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from moto import mock_aws

from tests.ports.clients import client
from tests.ports.dynamodb_local import running
from tests.ports.stores import Stores, create_tables, in_memory, on_dynamodb, remove_rows

IMPLEMENTATIONS = ("in memory", "moto", "dynamodb local")


@pytest.fixture(scope="session")
def clients() -> Iterator[Callable[[str], Any]]:
    with ExitStack() as made:
        yield cache(lambda service: made.enter_context(client(service)))


@pytest.fixture
def aws(clients: Callable[[str], Any]) -> Iterator[Callable[[str], Any]]:
    """Make clients of services that exist in moto, empty for every test."""
    with mock_aws():
        yield clients


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        running(tmp_path_factory.mktemp("dynamodb-local") / "log") as url,
        client("dynamodb", url) as dynamodb,
    ):
        yield dynamodb


@pytest.fixture(scope="session")
def all_local_tables(dynamodb_local: Any) -> dict[str, str]:
    return create_tables(dynamodb_local)


@pytest.fixture
def local_tables(dynamodb_local: Any, all_local_tables: dict[str, str]) -> dict[str, str]:
    """Name the tables, empty for every test."""
    for table in all_local_tables.values():
        remove_rows(dynamodb_local, table)
    return all_local_tables


@pytest.fixture
def local_stores(dynamodb_local: Any, local_tables: dict[str, str]) -> Stores:
    return on_dynamodb(dynamodb_local, local_tables)()


@pytest.fixture(params=IMPLEMENTATIONS)
def environment(request: pytest.FixtureRequest) -> Callable[[], Stores]:
    """Make environments that share their rows."""
    if request.param == "in memory":
        return in_memory()
    if request.param == "moto":
        dynamodb = request.getfixturevalue("aws")("dynamodb")
        return on_dynamodb(dynamodb, create_tables(dynamodb))
    tables = request.getfixturevalue("local_tables")
    return on_dynamodb(request.getfixturevalue("dynamodb_local"), tables)


@pytest.fixture
def stores(environment: Callable[[], Stores]) -> Stores:
    return environment()
