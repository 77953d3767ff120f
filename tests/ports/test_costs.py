"""What an event costs: write units, queue requests and calls are what the bill is made of."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any

import pytest

from partner_events.domain.event import Audience, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import ContactId, TriggerId, uuid7
from partner_events.domain.messages import DeliverWebhook, FanOut, RunStep
from partner_events.domain.trigger import AudiencePage, Plan, Walk
from partner_events.ports import Dispatcher
from partner_events.usecases.client_events import client_created, lead_created, status_changed
from partner_events.usecases.fan_out import PAGE, FanOutPorts, fan_out
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.send_event import send_event
from tests.ports.clients import calls_of
from tests.ports.examples import (
    ACME,
    HOUR,
    NOW,
    SECOND,
    T1,
    a_claim,
    a_contact,
    a_delivery,
    a_full_event,
    a_logged_event,
    a_message,
    a_position,
    a_trigger,
    a_try,
    a_workflow,
    an_attempt,
    an_event,
    an_event_type,
    an_execution,
)
from tests.ports.postback_examples import a_lead
from tests.ports.queues import make_queues
from tests.ports.stores import Stores, create_tables, on_dynamodb, rows_of
from tests.ports.write_units import WriteUnits

type Sending = Callable[..., list[str]]
T3 = TriggerId("t3")
FIRST = a_message(an_execution(), first=True)


@pytest.fixture
def send(aws: Callable[[str], Any]) -> Sending:
    """Send an event of a type that is known, and tell which calls that made."""
    dynamodb, queues = aws("dynamodb"), make_queues(aws)
    stores = on_dynamodb(dynamodb, create_tables(dynamodb))()
    stores.event_types.add(an_event_type())
    known = KnownEventTypes(stores.event_types)
    known.knows(an_event_type().team, an_event_type().name, now=NOW)

    def send(
        idempotency: Idempotency | None = None, trigger_at: datetime | None = None
    ) -> list[str]:
        with calls_of(dynamodb, aws("sqs"), aws("scheduler")) as calls:
            send_event(
                an_event(),
                id=T1,
                trigger_at=trigger_at,
                idempotency=idempotency,
                answer=lambda trigger, _: JsonText(f'{{"trigger_id":"{trigger.id}"}}'),
                now=NOW,
                event_types=known,
                triggers=stores.triggers,
                dispatcher=queues.dispatcher,
            )
        return [operation for operation, _ in calls]

    return send


def test_an_accepted_event_is_one_message_and_then_one_write(send: Sending) -> None:
    assert send() == ["SendMessage", "PutItem"]


def test_a_scheduled_event_is_one_schedule_and_then_one_write(send: Sending) -> None:
    assert send(trigger_at=NOW + HOUR) == ["CreateSchedule", "PutItem"]


def test_an_idempotency_key_costs_a_read_and_a_transaction_d_5(send: Sending) -> None:
    key = Idempotency(name="acme#send#key-1", body=b"{}")

    assert send(key) == ["GetItem", "SendMessage", "TransactWriteItems"]


def test_a_replay_costs_one_read_d_5(send: Sending) -> None:
    key = Idempotency(name="acme#send#key-1", body=b"{}")
    send(key)

    assert send(key) == ["GetItem"]


def finish(stores: Stores) -> None:
    claimed = stores.executions.claim(FIRST, now=NOW, until=NOW + HOUR)
    assert claimed is not None
    stores.executions.save(claimed.moved_on(a_try(), to=None, now=NOW), claimed=claimed)


def walk(stores: Stores, contacts: int) -> AudiencePage:
    """Begin to walk an audience, and name a page of that many contacts."""
    event = an_event(workflow="welcome", audience=Audience())
    stores.triggers.add(a_trigger("t3", event=event), now=NOW)
    stores.triggers.start(T3, now=NOW, position=a_position(), number=1)
    begun = Walk(workflow="welcome", version=1, step="greet")
    stores.triggers.plan(T3, Plan(walk=begun), now=NOW)
    ids = [ContactId(uuid7(NOW, number.to_bytes(10))) for number in range(contacts)]
    return AudiencePage(number=0, contacts=tuple(ids))


def finish_one_of(stores: Stores, page: AudiencePage) -> None:
    trigger = stores.triggers.get(T3)
    assert trigger is not None
    first = RunStep.of(page.executions(trigger)[0], first=True)
    claimed = stores.executions.claim(first, now=NOW, until=NOW + HOUR)
    assert claimed is not None
    over = claimed.moved_on(a_try(), to=None, now=NOW)
    stores.executions.save(over, claimed=claimed)
    stores.executions.count(over)


def test_no_row_of_an_audience_grows_beyond_its_page(aws: Callable[[str], Any]) -> None:
    """A transaction of 1 + 1 + 5 units, counted double: 0.14 for each contact of a full page."""
    dynamodb = aws("dynamodb")
    tables = create_tables(dynamodb)
    stores = on_dynamodb(dynamodb, tables)()
    page = walk(stores, PAGE)
    for number in range(5):
        stores.audiences.commit(T3, replace(page, number=number), cursor="7.next", now=NOW)
    kilobytes = {
        row["sk"]["S"].partition("#")[0]: ceil(len(json.dumps(row)) / 1024)
        for row in rows_of(dynamodb, tables["Triggers"])
    }

    assert kilobytes == {"TRIGGER": 1, "PLAN": 1, "COUNT": 1, "PAGE": 5}


def test_one_execution_of_an_audience_costs_three_writes_however_many_there_are(
    dynamodb_local: Any, local_stores: Stores
) -> None:
    page = walk(local_stores, PAGE)
    local_stores.audiences.commit(T3, page, cursor=None, now=NOW)
    with WriteUnits(dynamodb_local) as units:
        finish_one_of(local_stores, page)

    assert units.spent == 3


@pytest.mark.parametrize("count", [0, 1, 50, 250])
def test_the_calls_that_a_fan_out_makes_grow_with_its_pages(
    aws: Callable[[str], Any], count: int
) -> None:
    """Per page three reads and one write, per ten executions one send."""
    dynamodb, queues = aws("dynamodb"), make_queues(aws)
    stores = on_dynamodb(dynamodb, create_tables(dynamodb))()
    walk(stores, 0)
    stores.workflows.put(a_workflow())
    stores.workflows.version(ACME, "welcome", 1)
    for number in range(count):
        stores.contacts.add(a_contact(uuid7(NOW, number.to_bytes(10))))
    ports = fan_out_ports(stores, queues.dispatcher)
    page: int | None = 0
    made: Counter[str] = Counter()
    while page is not None:
        with calls_of(dynamodb, aws("sqs")) as calls:
            fan_out(FanOut(team=ACME, trigger=T3, page=page), received=1, now=NOW, ports=ports)
        made.update(operation for operation, _ in calls)
        trigger = stores.triggers.get(T3)
        assert trigger is not None
        assert trigger.walk is not None
        page = None if trigger.walk.is_over else trigger.walk.page
    pages = made["TransactWriteItems"]

    assert trigger.total == count
    assert pages == max(1, ceil(count / PAGE))
    assert made["SendMessage"] == pages - 1
    assert made["SendMessageBatch"] <= count / 10 + pages
    assert made["Query"] <= 8 + 3 * pages  # the contacts stand in eight partitions
    assert set(made) <= {"TransactWriteItems", "SendMessage", "SendMessageBatch", "Query"}


def fan_out_ports(stores: Stores, dispatcher: Dispatcher) -> FanOutPorts:
    return FanOutPorts(
        triggers=stores.triggers,
        audiences=stores.audiences,
        contacts=stores.contacts,
        workflows=stores.workflows,
        routing=RoutingTable(
            teams=stores.teams,
            workflows=stores.workflows,
            endpoints=stores.endpoints,
            segments=stores.segments,
        ),
        matching=pytest.fail,  # only workflows with rules or limits ask
        dispatcher=dispatcher,
    )


WRITES: dict[str, tuple[Callable[[Stores], object], float]] = {
    "accepting an event": (lambda to: to.triggers.add(a_trigger("t2"), now=NOW), 1),
    "accepting one with a key": (
        lambda to: to.triggers.add(a_trigger("t2"), claim=a_claim(), now=NOW),
        4,  # two rows, and a transaction counts double
    ),
    "accepting one with all its fields": (
        lambda to: to.triggers.add(a_trigger("t2", event=a_full_event()), now=NOW),
        1,
    ),
    "starting it": (
        lambda to: to.triggers.start(T1, now=NOW, position=a_position(), number=1),
        1,
    ),
    "planning it": (lambda to: to.triggers.plan(TriggerId("t2"), Plan(), now=NOW), 1),
    "logging it": (lambda to: to.log.append(a_logged_event()), 1),
    "running a workflow of one step": (finish, 1 + 4),
    "a new contact with an e-mail, and what is told of it": (
        lambda to: to.contacts.add(
            a_contact(email="ada@example.com", number=1), told=[client_created(a_contact())]
        ),
        6,  # three rows in a transaction
    ),
    "a change of a contact": (
        lambda to: to.contacts.save(a_contact("known", revision=2), previous=a_contact("known")),
        2,
    ),
    "a change of a contact's status, and what is told of it": (
        lambda to: to.contacts.save(
            a_contact("known", revision=2),
            previous=a_contact("known"),
            told=[status_changed(a_contact(), previous=a_contact())],
        ),
        4,
    ),
    "a new lead, and what is told of it": (
        lambda to: to.leads.add(a_lead(number=1), told=[lead_created(a_lead())]),
        6,  # the lead, its place in the list, and the event
    ),
    "standing in line, for a webhook of an endpoint that wants order": (
        lambda to: to.lines.enter([DeliverWebhook.of(a_delivery(line="ada"))], now=NOW),
        1,
    ),
    "a webhook that is delivered at once": (
        lambda to: to.deliveries.save(
            a_delivery().after(an_attempt(), now=NOW, luck=0.5), standing=None
        ),
        2,  # the row, and its place in the index
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_write_costs_what_it_was_designed_to(
    dynamodb_local: Any, local_stores: Stores, what: str
) -> None:
    write, cost = WRITES[what]
    local_stores.triggers.add(a_trigger(), now=NOW)
    local_stores.contacts.add(a_contact("known"))
    local_stores.triggers.plan(T1, Plan(executions=(an_execution(),)), now=NOW + SECOND)
    with WriteUnits(dynamodb_local) as units:
        write(local_stores)

    assert units.spent == cost


def test_an_event_for_endpoints_without_order_asks_nothing_of_lines(
    aws: Callable[[str], Any],
) -> None:
    dynamodb = aws("dynamodb")
    stores = on_dynamodb(dynamodb, create_tables(dynamodb))()
    with calls_of(dynamodb) as calls:
        stores.lines.enter([], now=NOW)

    assert calls == []


def test_a_turn_in_a_line_of_one_costs_two_questions_and_two_writes(
    aws: Callable[[str], Any],
) -> None:
    dynamodb = aws("dynamodb")
    stores = on_dynamodb(dynamodb, create_tables(dynamodb))()
    place = DeliverWebhook.of(a_delivery(line="ada"))
    with calls_of(dynamodb) as calls:
        stores.lines.enter([place], now=NOW)
        stores.lines.before(place)
        stores.lines.leave(place)
        stores.lines.after(place)

    assert [operation for operation, _ in calls] == ["PutItem", "Query", "DeleteItem", "Query"]
