"""Which implementation stands behind each port. The only file that knows both sides.

Everything is made once in an environment's life, and only when it is first used, so that a
function pays for the clients that it needs and no others.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from os import urandom
from random import random
from threading import Lock
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from partner_events.aws.contacts import DynamoContactStore
from partner_events.aws.deliveries import DynamoDeliveryStore
from partner_events.aws.directory import (
    DynamoEndpointStore,
    DynamoEventTypeStore,
    DynamoWorkflowStore,
)
from partner_events.aws.dispatcher import Queue, Schedules, SqsDispatcher
from partner_events.aws.events import DynamoEventLog
from partner_events.aws.executions import DynamoExecutionStore
from partner_events.aws.rates import DynamoTokenCounter
from partner_events.aws.secrets import KmsSecretBox
from partner_events.aws.table import Table
from partner_events.aws.teams import DynamoKeyStore, DynamoNumberSource, DynamoTeamStore
from partner_events.aws.triggers import DynamoTriggerStore
from partner_events.aws.worker import Worker
from partner_events.domain.ids import RANDOM_BYTES, uuid7
from partner_events.domain.messages import Message
from partner_events.settings import Settings
from partner_events.usecases.admit_request import Gate
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.send_step import StepPorts
from partner_events.usecases.spend_request import LeasedRateLimiter

if TYPE_CHECKING:
    from partner_events.aws.trigger_list import DynamoTriggerList
    from partner_events.http.webhook_sender import HttpWebhookSender
    from partner_events.usecases.trigger_event import RunPorts

# An API function lives 10 s: two tries at a call that hangs must fit in.
CALLS = Config(
    connect_timeout=2,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=20,
)


class Parts:
    """The parts of one environment."""

    def __init__(self, settings: Settings, client: Callable[[str], Any]) -> None:
        self._settings = settings
        self._create = client
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    def _client(self, service: str) -> Any:
        with self._lock:  # clients are safe to share between threads, but not to create
            if service not in self._clients:
                self._clients[service] = self._create(service)
            return self._clients[service]

    @cached_property
    def _dynamodb(self) -> Any:
        return self._client("dynamodb")

    @cached_property
    def sqs(self) -> Any:
        return self._client("sqs")

    @cached_property
    def _directory(self) -> Table:
        return Table(self._dynamodb, self._settings.directory_table)

    @cached_property
    def _triggers(self) -> Table:
        return Table(self._dynamodb, self._settings.triggers_table)

    @cached_property
    def gate(self) -> Gate:
        return Gate(keys=self.keys, teams=self.teams, secrets=self.secrets, limiter=self.limiter)

    @cached_property
    def limiter(self) -> LeasedRateLimiter:
        return LeasedRateLimiter(self.tokens)

    @cached_property
    def tokens(self) -> DynamoTokenCounter:
        return DynamoTokenCounter(self._triggers)

    @cached_property
    def teams(self) -> DynamoTeamStore:
        return DynamoTeamStore(self._directory)

    @cached_property
    def keys(self) -> DynamoKeyStore:
        return DynamoKeyStore(self._directory)

    @cached_property
    def event_types(self) -> DynamoEventTypeStore:
        return DynamoEventTypeStore(self._directory)

    @cached_property
    def known_event_types(self) -> KnownEventTypes:
        return KnownEventTypes(self.event_types)

    @cached_property
    def workflows(self) -> DynamoWorkflowStore:
        return DynamoWorkflowStore(self._directory)

    @cached_property
    def endpoints(self) -> DynamoEndpointStore:
        return DynamoEndpointStore(self._directory)

    @cached_property
    def contacts(self) -> DynamoContactStore:
        return DynamoContactStore(self._directory)

    @cached_property
    def numbers(self) -> DynamoNumberSource:
        return DynamoNumberSource(self._directory)

    @cached_property
    def triggers(self) -> DynamoTriggerStore:
        return DynamoTriggerStore(self._triggers)

    @cached_property
    def trigger_list(self) -> "DynamoTriggerList":
        from partner_events.aws.trigger_list import DynamoTriggerList  # one function lists them

        return DynamoTriggerList(self._dynamodb, self._settings.triggers_table, self.log)

    @cached_property
    def executions(self) -> DynamoExecutionStore:
        return DynamoExecutionStore(self._triggers)

    @cached_property
    def log(self) -> DynamoEventLog:
        return DynamoEventLog(Table(self._dynamodb, self._settings.events_table))

    @cached_property
    def deliveries(self) -> DynamoDeliveryStore:
        return DynamoDeliveryStore(Table(self._dynamodb, self._settings.deliveries_table))

    @cached_property
    def routing(self) -> RoutingTable:
        return RoutingTable(teams=self.teams, workflows=self.workflows, endpoints=self.endpoints)

    @cached_property
    def secrets(self) -> KmsSecretBox:
        return KmsSecretBox(self._client("kms"), self._settings.secrets_key, self._directory)

    @cached_property
    def sender(self) -> "HttpWebhookSender":
        from partner_events.http.webhook_sender import HttpWebhookSender  # most never send

        return HttpWebhookSender(allow_private=self._settings.allow_private_targets)

    @cached_property
    def dispatcher(self) -> SqsDispatcher:
        of = self._settings
        return SqsDispatcher(
            self.sqs,
            partial(self._client, "scheduler"),
            queues={
                "trigger": Queue(url=of.trigger_queue_url, arn=of.trigger_queue_arn),
                "step": Queue(url=of.step_queue_url, arn=of.step_queue_arn),
                "delivery": Queue(url=of.delivery_queue_url, arn=of.delivery_queue_arn),
                "retry": Queue(url=of.retry_queue_url, arn=of.retry_queue_arn),
            },
            schedules=Schedules(group=of.schedule_group, role_arn=of.schedule_role_arn),
        )

    @cached_property
    def step_ports(self) -> StepPorts:
        return StepPorts(
            triggers=self.triggers,
            workflows=self.workflows,
            contacts=self.contacts,
            endpoints=self.endpoints,
            secrets=self.secrets,
            sender=self.sender,
        )

    @cached_property
    def run_ports(self) -> "RunPorts":
        from partner_events.http.webhook_formats import standard, step_envelope
        from partner_events.usecases.trigger_event import RunPorts  # one function runs it all

        return RunPorts(
            triggers=self.triggers,
            executions=self.executions,
            contacts=self.contacts,
            log=self.log,
            numbers=self.numbers,
            routing=self.routing,
            deliveries=self.deliveries,
            endpoints=self.endpoints,
            secrets=self.secrets,
            sender=self.sender,
            dispatcher=self.dispatcher,
            steps=self.step_ports,
            new_id=new_id,
            luck=random,
            clock=lambda: datetime.now(UTC),
            body=standard,
            envelope=step_envelope,
        )


@cache
def parts() -> Parts:
    """Return the parts of this environment, made on the first call."""
    session = botocore.session.get_session()  # boto3 adds 50 modules to it that we never use
    return Parts(Settings.from_environment(), partial(session.create_client, config=CALLS))


def new_id() -> str:
    """Make a fresh UUIDv7."""
    return uuid7(datetime.now(UTC), urandom(RANDOM_BYTES))


def worker(handle: Callable[[Message, int], None], *, at_once: int = 1) -> Worker:
    """Make an SQS handler of a function of a message and how often it was received."""
    return Worker(handle, sqs=lambda: parts().sqs, at_once=at_once)


def gate() -> Gate:
    return parts().gate
