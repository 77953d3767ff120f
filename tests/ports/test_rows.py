"""What the template and the rows must agree on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from partner_events.domain.event import Audience
from partner_events.domain.ids import ContactId
from partner_events.domain.rate_limit import Window
from partner_events.domain.trigger import AudiencePage, Plan, Walk
from tests.ports.examples import (
    HOUR,
    NOW,
    a_claim,
    a_delivery,
    a_logged_event,
    a_message,
    a_trigger,
    an_attempt,
    an_event,
    an_execution,
)
from tests.ports.stores import Stores, create_tables, on_dynamodb, rows_of
from tests.template import resources

DAYS = {"Triggers": 30, "Events": 90, "Deliveries": 30}


@pytest.fixture
def dynamodb(aws: Callable[[str], Any]) -> Any:
    return aws("dynamodb")


@pytest.fixture
def tables(dynamodb: Any) -> dict[str, str]:
    """Tables that hold one row of every kind that does not live for ever."""
    tables = create_tables(dynamodb)
    fill(on_dynamodb(dynamodb, tables)())
    return tables


def fill(stores: Stores) -> None:
    trigger, kept = a_trigger(), timedelta(days=30)
    stores.triggers.add(trigger, claim=a_claim(expires_at=NOW + kept), now=NOW)
    stores.triggers.plan(trigger.id, Plan(), now=NOW)
    stores.executions.claim(a_message(an_execution(), first=True), now=NOW, until=NOW + HOUR)
    stores.executions.fail(a_message(an_execution("e2")), reason="internal", now=NOW)
    audience = a_trigger("t2", event=an_event(audience=Audience()))
    walk = Walk(workflow="welcome", version=1, step="greet")
    stores.triggers.add(audience, now=NOW)
    stores.triggers.plan(audience.id, Plan(walk=walk), now=NOW)
    page = AudiencePage(number=0, contacts=(ContactId("c1"),))
    stores.audiences.commit(audience.id, page, cursor=None, now=NOW)
    stores.tokens.lease("acme#events", Window.around(NOW, HOUR), count=1, limit=1)
    stores.log.append(a_logged_event())
    stores.deliveries.save(a_delivery().after(an_attempt(), now=NOW, luck=0.5), standing=None)


@pytest.mark.parametrize("table", DAYS)
def test_every_row_of_a_table_that_is_swept_says_when(
    dynamodb: Any, tables: dict[str, str], table: str
) -> None:
    swept_by = resources("AWS::DynamoDB::Table")[table]["TimeToLiveSpecification"]["AttributeName"]
    expiries = {int(row[swept_by]["N"]) for row in rows_of(dynamodb, tables[table])}
    rates = {int((NOW + timedelta(hours=1.5)).timestamp())} if table == "Triggers" else set()

    assert expiries - rates == {int((NOW + timedelta(days=DAYS[table])).timestamp())}


def test_the_row_of_a_trigger_outlives_the_time_it_waits_for(
    dynamodb: Any, tables: dict[str, str]
) -> None:
    due = datetime.fromisoformat("2027-01-20T00:00:00Z")
    stores = on_dynamodb(dynamodb, tables)()
    stores.triggers.add(a_trigger("waiting", due_at=due), now=NOW)
    rows = {row["pk"]["S"]: row for row in rows_of(dynamodb, tables["Triggers"])}

    assert int(rows["TRIGGER#waiting"]["ttl"]["N"]) > due.timestamp()


def test_an_endpoints_deliveries_are_found_by_time(dynamodb: Any, tables: dict[str, str]) -> None:
    found = dynamodb.query(
        TableName=tables["Deliveries"],
        IndexName="by_endpoint",
        KeyConditionExpression="endpoint = :endpoint AND created >= :since",
        ExpressionAttributeValues={
            ":endpoint": {"S": "ep_1"},
            ":since": {"S": "2026-01-28T10:30:00.000Z"},
        },
    )

    assert [row["pk"]["S"] for row in found["Items"]] == ["DELIVERY#dlv_1"]
