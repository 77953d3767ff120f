"""What an event costs as workflows, steps and endpoints become more: `make bench` prints it.

The product runs in one process, on DynamoDB Local and on queues of moto, as an environment that
is warm: it remembers the team's workflows, endpoints and types. Nothing of it reads a clock.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from partner_events.domain.messages import Message
from partner_events.ports import Dispatcher
from partner_events.usecases.find_routes import RoutingTable
from tests.crash.world import Queue, World
from tests.ports.clients import calls_of, client
from tests.ports.dynamodb_local import running
from tests.ports.queues import make_queues
from tests.ports.stores import Stores, create_tables, on_dynamodb, remove_rows, rows_of
from tests.ports.write_units import WriteUnits, size_of

STORES = (
    "triggers",
    "audiences",
    "executions",
    "contacts",
    "leads",
    "admissions",
    "waiters",
    "log",
    "deliveries",
    "health",
    "pace",
    "lines",
    "replays",
    "endpoints",
    "workflows",
    "event_types",
    "segments",
    "teams",
    "numbers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many workflows an event meets, of how many webhook steps each, and how many endpoints."""

    workflows: int = 0
    steps: int = 1
    endpoints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`writes` and `reads` are calls of DynamoDB, `sends` those of SQS and Scheduler.

    `messages` are what the sends carry: each wakes a worker, with up to nine others.
    """

    write_units: float
    writes: int
    reads: int
    messages: int
    sends: int


NAMES = ("write_units", "writes", "reads", "messages", "sends")
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
SENDS = ("SendMessage", "SendMessageBatch", "CreateSchedule")


class PaidQueue(Queue):
    """Sends for real, to nobody, what it hands out itself."""

    def __init__(self, world: World, paid: Dispatcher) -> None:
        super().__init__(world)
        self._paid = paid

    def send(self, message: Message, *, now: datetime) -> str:
        self._paid.send(message, now=now)
        return super().send(message, now=now)

    def send_all(self, messages: Any, *, now: datetime) -> None:
        self._paid.send_all(messages, now=now)
        for message in messages:
            super().send(message, now=now)


class PaidWorld(World):
    """The whole product on stores that cost something."""

    def __init__(self, shape: Shape, stores: Stores, dispatcher: Dispatcher) -> None:
        self._shape, self._stores, self._paid = shape, stores, dispatcher
        self._warm: RoutingTable | None = None
        super().__init__()

    def _set_up(self) -> None:
        for name in STORES:
            setattr(self, name, getattr(self._stores, name))
        self.queue = PaidQueue(self, self._paid)
        self._set_up_team("user_signup")
        for number in range(self._shape.endpoints):
            endpoint = self._endpoint(f"ep_{number}")
            self.endpoints.add(replace(endpoint, event_types=("user_signup",)))
        for number in range(self._shape.workflows):
            self.put_workflow(f"w{number}", [f"s{step}" for step in range(self._shape.steps)])

    def _routing(self) -> RoutingTable:
        self._warm = self._warm or super()._routing()
        return self._warm

    def note_send(self, webhook_id: str) -> None: ...


class Till:
    """Tells what one more event of a known contact costs."""

    def __init__(self, dynamodb: Any, tables: dict[str, str], aws: Callable[[str], Any]) -> None:
        self._dynamodb, self._tables, self._aws = dynamodb, tables, aws
        self._dispatcher = make_queues(aws).dispatcher

    def cost_of(self, shape: Shape) -> Cost:
        for table in self._tables.values():
            remove_rows(self._dynamodb, table)
        world = PaidWorld(shape, on_dynamodb(self._dynamodb, self._tables)(), self._dispatcher)
        world.accept("warm")
        world.drain()
        with (
            WriteUnits(self._dynamodb) as units,
            calls_of(self._dynamodb, self._aws("sqs"), self._aws("scheduler")) as calls,
        ):
            world.accept("cold")
            world.drain()
        self._check_sizes()
        return _cost(units.spent, calls)

    def _check_sizes(self) -> None:
        """What a transaction costs is counted from its calls, which tell no size of an update."""
        rows = rows_of(self._dynamodb, self._tables["Triggers"])
        assert all(size_of(row) <= 1024 for row in rows)


def _cost(write_units: float, calls: list[tuple[str, dict[str, Any]]]) -> Cost:
    made = Counter(operation for operation, _ in calls)
    sends = sum(made[each] for each in SENDS)
    writes = sum(made[each] for each in WRITES)
    return Cost(
        write_units=write_units,
        writes=writes,
        reads=made.total() - writes - sends,
        messages=sum(len(given.get("Entries", [1])) for name, given in calls if name in SENDS),
        sends=sends,
    )


@contextmanager
def till() -> Iterator[Till]:
    with ExitStack() as made, mock_aws():
        folder = made.enter_context(tempfile.TemporaryDirectory())
        url = made.enter_context(running(Path(folder, "log")))
        dynamodb = made.enter_context(client("dynamodb", url))
        aws = cache(lambda service: made.enter_context(client(service)))
        yield Till(dynamodb, create_tables(dynamodb), aws)


def predicted(shape: Shape) -> Cost:
    """What it costs for rows of up to 1 KB: linear in each, but for ten messages in one send."""
    workflows, steps, endpoints = shape.workflows, shape.steps, shape.endpoints
    run = workflows * steps
    return Cost(
        write_units=4 + workflows * (3 + 2 * steps) + 2 * endpoints,
        writes=4 + 2 * run + endpoints,
        reads=4 + 2 * run + 3 * endpoints,
        messages=1 + run + endpoints,
        sends=1 + ceil(workflows / 10) + run - workflows + ceil(endpoints / 10),
    )


SHAPES = (
    Shape(),
    *(Shape(workflows=count) for count in (1, 2, 3, 4)),
    *(Shape(workflows=1, steps=count) for count in (2, 3, 4, 5)),
    *(Shape(endpoints=count) for count in (1, 2, 3, 12)),
    Shape(workflows=1, endpoints=1),
    Shape(workflows=2, steps=3, endpoints=2),
    Shape(workflows=4, steps=2, endpoints=11),
)
ROW = "  {:>9} {:>5} {:>9} {:>12} {:>7} {:>6} {:>9} {:>6}"


def main() -> int:
    """Print what was counted, and where that is not what the test holds."""
    sys.stdout.write("What an event of a known contact costs, counted from its calls\n")
    titles = ("workflows", "steps", "endpoints", *(name.replace("_", " ") for name in NAMES))
    sys.stdout.write(f"{ROW.format(*titles)}\n")
    with till() as open_till:
        for shape in SHAPES:
            cost = open_till.cost_of(shape)
            counted = [f"{getattr(cost, name):g}" for name in NAMES]
            line = ROW.format(shape.workflows, shape.steps, shape.endpoints, *counted)
            sys.stdout.write(f"{line}{'' if cost == predicted(shape) else '  unexpected'}\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except pytest.skip.Exception as error:
        sys.exit(f"What an event costs cannot be counted here: {error}")
