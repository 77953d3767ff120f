"""The stores of one environment, in memory or on tables made as the template says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from partner_events import (
    delivery_ports,
    directory_ports,
    flow_ports,
    payout_ports,
    ports,
    postback_ports,
    trigger_ports,
)
from partner_events.aws.admissions import DynamoAdmissionStore
from partner_events.aws.audiences import DynamoAudienceStore
from partner_events.aws.campaigns import DynamoCampaignStore
from partner_events.aws.contacts import DynamoContactStore
from partner_events.aws.deliveries import DynamoDeliveryStore
from partner_events.aws.delivery_list import DynamoDeliveryList
from partner_events.aws.directory import DynamoEventTypeStore, DynamoWorkflowStore
from partner_events.aws.endpoint_health import DynamoHealthStore
from partner_events.aws.endpoints import DynamoEndpointStore
from partner_events.aws.events import DynamoEventLog
from partner_events.aws.executions import DynamoExecutionStore
from partner_events.aws.leads import DynamoLeadStore
from partner_events.aws.lines import DynamoLines
from partner_events.aws.pace import DynamoEndpointPace
from partner_events.aws.payouts import DynamoPayoutStore
from partner_events.aws.postbacks import DynamoPostbackStore
from partner_events.aws.promoters import DynamoPromoterStore
from partner_events.aws.rates import DynamoKeyUses, DynamoTokenCounter
from partner_events.aws.replays import DynamoReplayStore
from partner_events.aws.segments import DynamoSegmentStore
from partner_events.aws.table import Table
from partner_events.aws.teams import DynamoKeyStore, DynamoNumberSource, DynamoTeamStore
from partner_events.aws.trigger_list import DynamoTriggerList
from partner_events.aws.triggers import DynamoTriggerStore
from partner_events.aws.waiters import DynamoWaiterStore
from tests.fakes.contacts import InMemoryContactStore
from tests.fakes.deliveries import InMemoryDeliveryStore, InMemoryHealthStore
from tests.fakes.directory import (
    InMemoryDirectory,
    InMemoryEndpointStore,
    InMemoryEventTypeStore,
    InMemoryKeyStore,
    InMemoryKeyUses,
    InMemoryNumberSource,
    InMemorySegmentStore,
    InMemoryTeamStore,
    InMemoryWorkflowStore,
)
from tests.fakes.flow import InMemoryAdmissionStore, InMemoryWaiterStore
from tests.fakes.lines import InMemoryLines
from tests.fakes.log import InMemoryEventLog
from tests.fakes.pace import InMemoryEndpointPace
from tests.fakes.payouts import InMemoryPayouts, InMemoryPayoutStore, InMemoryPromoterStore
from tests.fakes.postbacks import (
    InMemoryCampaignStore,
    InMemoryLeadStore,
    InMemoryPostbacks,
    InMemoryPostbackStore,
)
from tests.fakes.rates import InMemoryTokenCounter
from tests.fakes.replays import InMemoryDeliveryList, InMemoryReplayStore
from tests.fakes.trigger_list import InMemoryTriggerList
from tests.fakes.triggers import (
    InMemoryAudienceStore,
    InMemoryExecutionStore,
    InMemoryTriggers,
    InMemoryTriggerStore,
)
from tests.template import resources

# What DynamoDB takes when a table is made; recovery and the time to live are set afterwards.
CREATED_WITH = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """`logged` counts the rows of the log, which no port needs to."""

    triggers: ports.TriggerStore
    trigger_list: trigger_ports.TriggerList
    audiences: ports.AudienceStore
    executions: trigger_ports.ReplayableExecutions
    log: ports.EventLog
    numbers: directory_ports.NumberSource
    teams: directory_ports.TeamStore
    keys: directory_ports.KeyStore
    event_types: directory_ports.EventTypeStore
    workflows: directory_ports.WorkflowStore
    endpoints: directory_ports.EndpointStore
    contacts: directory_ports.ContactStore
    segments: directory_ports.SegmentStore
    deliveries: ports.DeliveryStore
    health: delivery_ports.HealthStore
    pace: delivery_ports.EndpointPace
    lines: delivery_ports.Lines
    delivery_list: delivery_ports.DeliveryList
    replays: delivery_ports.ReplayStore
    tokens: ports.TokenCounter
    key_uses: directory_ports.KeyUses
    campaigns: postback_ports.CampaignStore
    leads: postback_ports.LeadStore
    postbacks: postback_ports.PostbackStore
    promoters: payout_ports.PromoterStore
    payouts: payout_ports.PayoutStore
    admissions: flow_ports.AdmissionStore
    waiters: flow_ports.WaiterStore
    logged: Callable[[], int]


def in_memory() -> Callable[[], Stores]:
    """Return what makes environments, all over the same rows."""
    triggers, directory = InMemoryTriggers(), InMemoryDirectory()
    log, contacts = InMemoryEventLog(), InMemoryContactStore(triggers)
    deliveries, tokens = InMemoryDeliveryStore(), InMemoryTokenCounter()
    postbacks, payouts = InMemoryPostbacks(), InMemoryPayouts()
    admissions, waiters = InMemoryAdmissionStore(), InMemoryWaiterStore()
    pace, replays = InMemoryEndpointPace(), InMemoryReplayStore()
    lines, key_uses = InMemoryLines(), InMemoryKeyUses()
    return lambda: Stores(
        triggers=InMemoryTriggerStore(triggers),
        trigger_list=InMemoryTriggerList(triggers, log),
        audiences=InMemoryAudienceStore(triggers),
        executions=InMemoryExecutionStore(triggers),
        log=log,
        numbers=InMemoryNumberSource(directory),
        teams=InMemoryTeamStore(directory),
        keys=InMemoryKeyStore(directory),
        event_types=InMemoryEventTypeStore(directory),
        workflows=InMemoryWorkflowStore(directory),
        endpoints=InMemoryEndpointStore(directory),
        contacts=contacts,
        segments=InMemorySegmentStore(directory),
        deliveries=deliveries,
        health=InMemoryHealthStore(deliveries),
        pace=pace,
        lines=lines,
        delivery_list=InMemoryDeliveryList(deliveries),
        replays=replays,
        tokens=tokens,
        key_uses=key_uses,
        campaigns=InMemoryCampaignStore(postbacks),
        leads=InMemoryLeadStore(postbacks, triggers),
        postbacks=InMemoryPostbackStore(postbacks, triggers),
        promoters=InMemoryPromoterStore(payouts, triggers),
        payouts=InMemoryPayoutStore(payouts, triggers),
        admissions=admissions,
        waiters=waiters,
        logged=lambda: len(log.events),
    )


def on_dynamodb(client: Any, tables: Mapping[str, str]) -> Callable[[], Stores]:
    """Return what makes environments, all over the same tables."""
    directory, triggers = Table(client, tables["Directory"]), Table(client, tables["Triggers"])
    events, deliveries = Table(client, tables["Events"]), Table(client, tables["Deliveries"])
    return lambda: Stores(
        triggers=DynamoTriggerStore(triggers),
        trigger_list=DynamoTriggerList(client, tables["Triggers"], DynamoEventLog(events)),
        audiences=DynamoAudienceStore(triggers),
        executions=DynamoExecutionStore(triggers),
        log=DynamoEventLog(events),
        numbers=DynamoNumberSource(directory),
        teams=DynamoTeamStore(directory),
        keys=DynamoKeyStore(directory),
        event_types=DynamoEventTypeStore(directory),
        workflows=DynamoWorkflowStore(directory),
        endpoints=DynamoEndpointStore(directory),
        contacts=DynamoContactStore(directory, triggers),
        segments=DynamoSegmentStore(directory),
        deliveries=DynamoDeliveryStore(deliveries),
        health=DynamoHealthStore(client, tables["Deliveries"]),
        pace=DynamoEndpointPace(deliveries),
        lines=DynamoLines(deliveries),
        delivery_list=DynamoDeliveryList(client, tables["Deliveries"]),
        replays=DynamoReplayStore(deliveries),
        tokens=DynamoTokenCounter(triggers),
        key_uses=DynamoKeyUses(triggers),
        campaigns=DynamoCampaignStore(directory),
        leads=DynamoLeadStore(directory, triggers),
        postbacks=DynamoPostbackStore(directory, triggers),
        promoters=DynamoPromoterStore(directory, triggers),
        payouts=DynamoPayoutStore(directory, triggers),
        admissions=DynamoAdmissionStore(triggers),
        waiters=DynamoWaiterStore(triggers),
        logged=lambda: len(rows_of(client, tables["Events"])),
    )


def create_tables(client: Any) -> dict[str, str]:
    """Make every table of the template; return their names by those in the template."""
    tables = resources("AWS::DynamoDB::Table")
    for name, properties in tables.items():
        schema = {what: properties[what] for what in CREATED_WITH if what in properties}
        client.create_table(TableName=f"test-{name}", **schema)
    return {name: f"test-{name}" for name in tables}


def rows_of(client: Any, table: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def remove_rows(client: Any, table: str) -> None:
    for row in rows_of(client, table):
        client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
