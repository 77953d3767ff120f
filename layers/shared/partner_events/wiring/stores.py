"""The stores and queues of one environment, each made, and its module loaded, when it is first
used: every module counts at a cold start."""

from collections.abc import Callable
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from partner_events.aws.dispatcher import Queue, Schedules, SqsDispatcher
from partner_events.aws.rates import DynamoKeyUses, DynamoTokenCounter
from partner_events.aws.table import Table
from partner_events.aws.teams import DynamoKeyStore, DynamoNumberSource, DynamoTeamStore
from partner_events.aws.triggers import DynamoTriggerStore
from partner_events.settings import Settings

if TYPE_CHECKING:
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
    from partner_events.aws.message_templates import DynamoTemplateStore
    from partner_events.aws.pace import DynamoEndpointPace
    from partner_events.aws.payouts import DynamoPayoutStore
    from partner_events.aws.promoters import DynamoPromoterStore
    from partner_events.aws.replays import DynamoReplayStore
    from partner_events.aws.segments import DynamoSegmentStore
    from partner_events.aws.sent_messages import DynamoSuppressionList
    from partner_events.aws.trigger_list import DynamoTriggerList


class Stores:
    def __init__(self, settings: Settings, client: Callable[..., Any]) -> None:
        self.settings = self._settings = settings
        self._create = client
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    def _client(self, service: str) -> Any:
        with self._lock:  # clients are safe to share between threads, but not to create
            if service not in self._clients:
                self._clients[service] = self._create(service)
            return self._clients[service]

    def client_once(self, service: str) -> Any:
        """Make a client that makes each call once: a repeat might reach somebody twice."""
        once = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
        return self._new_client(service, config=once)

    def _new_client(self, service: str, **how: Any) -> Any:
        with self._lock:
            return self._create(service, **how)

    @cached_property
    def _dynamodb(self) -> Any:
        return self._client("dynamodb")

    @cached_property
    def sqs(self) -> Any:
        return self._client("sqs")

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
                "replay": Queue(url=of.replay_queue_url, arn=of.replay_queue_arn),
                "payout": Queue(url=of.payout_queue_url, arn=of.payout_queue_arn),
            },
            schedules=Schedules(group=of.schedule_group, role_arn=of.schedule_role_arn),
        )

    @cached_property
    def _directory(self) -> Table:
        return Table(self._dynamodb, self._settings.directory_table)

    @cached_property
    def triggers_table(self) -> Table:
        return Table(self._dynamodb, self._settings.triggers_table)

    @cached_property
    def key_uses(self) -> DynamoKeyUses:
        return DynamoKeyUses(self.triggers_table)

    @cached_property
    def tokens(self) -> DynamoTokenCounter:
        return DynamoTokenCounter(self.triggers_table)

    @cached_property
    def teams(self) -> DynamoTeamStore:
        return DynamoTeamStore(self._directory)

    @cached_property
    def keys(self) -> DynamoKeyStore:
        return DynamoKeyStore(self._directory)

    @cached_property
    def event_types(self) -> "DynamoEventTypeStore":
        from partner_events.aws.directory import DynamoEventTypeStore

        return DynamoEventTypeStore(self._directory)

    @cached_property
    def workflows(self) -> "DynamoWorkflowStore":
        from partner_events.aws.directory import DynamoWorkflowStore

        return DynamoWorkflowStore(self._directory)

    @cached_property
    def endpoints(self) -> "DynamoEndpointStore":
        from partner_events.aws.endpoints import DynamoEndpointStore

        return DynamoEndpointStore(self._directory)

    @cached_property
    def segments(self) -> "DynamoSegmentStore":
        from partner_events.aws.segments import DynamoSegmentStore

        return DynamoSegmentStore(self._directory)

    @cached_property
    def contacts(self) -> "DynamoContactStore":
        from partner_events.aws.contacts import DynamoContactStore

        return DynamoContactStore(self._directory, self.triggers_table)

    @cached_property
    def numbers(self) -> DynamoNumberSource:
        return DynamoNumberSource(self._directory)

    @cached_property
    def triggers(self) -> DynamoTriggerStore:
        return DynamoTriggerStore(self.triggers_table)

    @cached_property
    def audiences(self) -> "DynamoAudienceStore":
        from partner_events.aws.audiences import DynamoAudienceStore

        return DynamoAudienceStore(self.triggers_table)

    @cached_property
    def url_guard(self) -> Any:
        from partner_events.http.webhook_sender import HttpWebhookSender as Guard  # of the web

        return Guard(allow_private=self._settings.allow_private_targets)

    @cached_property
    def trigger_list(self) -> "DynamoTriggerList":
        from partner_events.aws.trigger_list import DynamoTriggerList

        return DynamoTriggerList(self._dynamodb, self._settings.triggers_table, self.log)

    @cached_property
    def executions(self) -> "DynamoExecutionStore":
        from partner_events.aws.executions import DynamoExecutionStore

        return DynamoExecutionStore(self.triggers_table)

    @cached_property
    def log(self) -> "DynamoEventLog":
        from partner_events.aws.events import DynamoEventLog

        return DynamoEventLog(Table(self._dynamodb, self._settings.events_table))

    @cached_property
    def deliveries(self) -> "DynamoDeliveryStore":
        from partner_events.aws.deliveries import DynamoDeliveryStore

        return DynamoDeliveryStore(Table(self._dynamodb, self._settings.deliveries_table))

    @cached_property
    def health(self) -> "DynamoHealthStore":
        from partner_events.aws.endpoint_health import DynamoHealthStore

        return DynamoHealthStore(self._dynamodb, self._settings.deliveries_table)

    @cached_property
    def pace(self) -> "DynamoEndpointPace":
        from partner_events.aws.pace import DynamoEndpointPace

        return DynamoEndpointPace(Table(self._dynamodb, self._settings.deliveries_table))

    @cached_property
    def lines(self) -> "DynamoLines":
        from partner_events.aws.lines import DynamoLines

        return DynamoLines(Table(self._dynamodb, self._settings.deliveries_table))

    @cached_property
    def replays(self) -> "DynamoReplayStore":
        from partner_events.aws.replays import DynamoReplayStore

        return DynamoReplayStore(Table(self._dynamodb, self._settings.deliveries_table))

    @cached_property
    def delivery_list(self) -> "DynamoDeliveryList":
        from partner_events.aws.delivery_list import DynamoDeliveryList

        return DynamoDeliveryList(self._dynamodb, self._settings.deliveries_table)

    @cached_property
    def campaigns(self) -> "DynamoCampaignStore":
        from partner_events.aws.campaigns import DynamoCampaignStore

        return DynamoCampaignStore(self._directory)

    @cached_property
    def leads(self) -> "DynamoLeadStore":
        from partner_events.aws.leads import DynamoLeadStore

        return DynamoLeadStore(self._directory, self.triggers_table)

    @cached_property
    def templates(self) -> "DynamoTemplateStore":
        from partner_events.aws.message_templates import DynamoTemplateStore

        return DynamoTemplateStore(self._directory)

    @cached_property
    def suppressed(self) -> "DynamoSuppressionList":
        from partner_events.aws.sent_messages import DynamoSuppressionList

        return DynamoSuppressionList(self._directory)

    @cached_property
    def promoters(self) -> "DynamoPromoterStore":
        from partner_events.aws.promoters import DynamoPromoterStore

        return DynamoPromoterStore(self._directory, self.triggers_table)

    @cached_property
    def payouts(self) -> "DynamoPayoutStore":
        from partner_events.aws.payouts import DynamoPayoutStore

        return DynamoPayoutStore(self._directory, self.triggers_table)
