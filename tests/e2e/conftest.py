"""The deployed system, brought up as `make up` does it, beside the one that may be running."""

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from boto3.dynamodb.conditions import Attr

from partner_events.settings import Settings
from partner_events.wiring import Parts
from partner_events_tools.local.__main__ import present
from partner_events_tools.local.resources import FUNCTION, physical_ids
from partner_events_tools.local.stack import ROOT, STACK_NAME, LocalStack
from partner_events_tools.local.teams import make_local_team
from partner_events_tools.local.webhooks import WebhookReceiver
from tests.e2e.journal import Journal
from tests.e2e.partner import Partner


@pytest.fixture(scope="session")
def deployed() -> Iterator[tuple[LocalStack, str]]:
    """A fresh stack, and what `make up` printed."""
    stack = LocalStack(ROOT / ".local" / "e2e", port=0)
    try:
        with redirect_stdout(io.StringIO()) as printed:
            stack.up()
            present(stack)
        yield stack, printed.getvalue()
    finally:
        stack.down()


@pytest.fixture(scope="session")
def stack(deployed) -> LocalStack:
    return deployed[0]


@pytest.fixture(scope="session")
def printed(deployed) -> str:
    return deployed[1]


@pytest.fixture(scope="session")
def receiver(stack) -> WebhookReceiver:
    return WebhookReceiver(stack.receiver_url)


@pytest.fixture(scope="session")
def parts(stack) -> Parts:
    """The product's own parts, set up like a deployed function."""
    functions = physical_ids(stack.client("cloudformation"), STACK_NAME, FUNCTION)
    function = stack.client("lambda").get_function_configuration(
        FunctionName=functions["RunTriggersFunction"]
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in function["Environment"]["Variables"].items():
            patch.setenv(name, value)
        return Parts(Settings.from_environment(), stack.client)


@pytest.fixture(scope="session")
def new_partner(parts, stack, receiver) -> Callable[..., Partner]:
    """Makes a team of its own with a key, so that tests share nothing."""
    make = partial(make_local_team, parts, stack.state.api_url, name="Test")

    def new_partner(**how: Any) -> Partner:
        return Partner(api=make(**how), receiver=receiver)

    return new_partner


@pytest.fixture
def partner(new_partner) -> Partner:
    return new_partner()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def logs(stack) -> Any:
    return stack.client("logs")


@pytest.fixture
def journal(logs, stack, now) -> Journal:
    """What the functions log from the beginning of this test on."""
    return Journal(logs, stack.outputs["LogGroup"], since=now)


@pytest.fixture
def triggers_of(stack):
    """Reads the ids of all triggers that a team has, from the table itself."""
    resource = stack.session().resource("dynamodb", endpoint_url=stack.emulator_url)
    table = resource.Table(stack.outputs["TriggersTable"])

    def triggers_of(team: str) -> set[str]:
        found = table.scan(FilterExpression=Attr("team").eq(team) & Attr("sk").eq("TRIGGER"))
        return {row["pk"].removeprefix("TRIGGER#") for row in found["Items"]}

    return triggers_of
