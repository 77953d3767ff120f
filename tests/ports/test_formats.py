"""The format of a delivery is decided once, and kept wherever the delivery is (D-40)."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from partner_events.aws.messages import from_text, to_text
from partner_events.aws.table import Table
from partner_events.domain.endpoint import Format
from partner_events.domain.ids import EndpointId, delivery_id
from partner_events.domain.messages import DeliverWebhook
from partner_events.usecases.find_routes import RoutingTable
from tests.ports.clients import calls_of
from tests.ports.examples import ACME, NOW, T1, a_delivery, a_position, a_team, an_attempt
from tests.ports.stores import Stores, create_tables, on_dynamodb

MESSAGE = DeliverWebhook(
    team=ACME,
    delivery=delivery_id(ACME, T1, "ep_1"),
    endpoint=EndpointId("ep_1"),
    event=T1,
    event_type="user_signup",
    position=a_position(),
    shard=0,
    occurred_at=NOW,
)
TRIED = a_delivery().after(an_attempt(error="dns"), now=NOW, luck=0.5)


@pytest.mark.parametrize("format", Format)
def test_a_delivery_keeps_its_format(stores: Stores, format: Format) -> None:
    delivery = replace(TRIED, format=format)
    stores.deliveries.save(delivery, standing=None)

    assert stores.deliveries.get(delivery.id) == delivery


@pytest.mark.parametrize("format", Format)
def test_a_message_keeps_its_format(format: Format) -> None:
    message = from_text(to_text(replace(MESSAGE, format=format)))

    assert message == replace(MESSAGE, format=format)
    assert isinstance(message, DeliverWebhook)
    assert isinstance(message.format, Format)


def test_a_message_of_a_release_without_formats_is_a_standard_one() -> None:
    said = json.loads(to_text(MESSAGE))
    del said["format"]

    assert from_text(json.dumps(said)) == MESSAGE


def test_a_delivery_of_a_release_without_formats_is_a_standard_one(
    aws: Callable[[str], Any],
) -> None:
    tables = create_tables(aws("dynamodb"))
    stores = on_dynamodb(aws("dynamodb"), tables)()
    stores.deliveries.save(TRIED, standing=None)
    Table(aws("dynamodb"), tables["Deliveries"]).update(
        f"DELIVERY#{TRIED.id}", "DELIVERY", "REMOVE #format"
    )

    assert stores.deliveries.get(TRIED.id) == TRIED


def test_an_unchanged_team_costs_an_event_one_read_however_many_shards(
    aws: Callable[[str], Any],
) -> None:
    stores = on_dynamodb(aws("dynamodb"), create_tables(aws("dynamodb")))()
    stores.teams.add(a_team())
    team = stores.teams.get(ACME)
    assert team
    stores.teams.set_log_shards(team, team.log_shards.changed(16, now=NOW))
    routing = RoutingTable(
        teams=stores.teams,
        workflows=stores.workflows,
        endpoints=stores.endpoints,
        segments=stores.segments,
    )
    routing.of(ACME)
    with calls_of(aws("dynamodb")) as calls:
        routes = routing.of(ACME)

    assert [operation for operation, _ in calls] == ["GetItem"]
    assert routes.log_shards.most == 16
