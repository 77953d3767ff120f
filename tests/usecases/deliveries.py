"""One endpoint, one event, and workers that deliver it: what the tests of deliveries share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from partner_events.domain.delivery import Delivery
from partner_events.domain.endpoint import Endpoint, SealedSecret
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.event import JsonText
from partner_events.domain.ids import (
    DeliveryId,
    EndpointId,
    Position,
    TeamId,
    TriggerId,
    delivery_id,
    uuid7,
)
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import DeliverWebhook, TellEvent
from partner_events.domain.signature import new_secret
from partner_events.domain.webhook import ErrorClass, WebhookAnswer
from partner_events.usecases.deliver_webhook import DeliveryPorts, deliver_webhook
from tests.fakes.deliveries import InMemoryDeliveryStore, InMemoryHealthStore
from tests.fakes.directory import InMemoryDirectory, InMemoryEndpointStore
from tests.fakes.dispatcher import RecordingDispatcher
from tests.fakes.lines import InMemoryLines
from tests.fakes.log import InMemoryEventLog
from tests.fakes.pace import InMemoryEndpointPace
from tests.fakes.secrets import PlainSecretBox
from tests.fakes.sender import OK, ScriptedSender

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEAM = TeamId("team")
EP = EndpointId("ep_1")
SECOND = timedelta(seconds=1)


def answer(status: int, **more: Any) -> WebhookAnswer:
    error = None if status < 300 else ErrorClass.HTTP_5XX if status > 499 else ErrorClass.HTTP_4XX
    return WebhookAnswer(status=status, error=error, duration=SECOND, **more)


class Post:
    """What the worker of deliveries stands between; `answers` come one after the other."""

    def __init__(self, *answers: WebhookAnswer, **endpoint: Any) -> None:
        self.now = START
        self.endpoints = InMemoryEndpointStore(InMemoryDirectory())
        self.deliveries = InMemoryDeliveryStore()
        self.health_store = InMemoryHealthStore(self.deliveries)
        self.log = InMemoryEventLog()
        self.sender = ScriptedSender({"https://x.example": answers}, otherwise=OK)
        self.dispatcher = RecordingDispatcher()
        secrets = PlainSecretBox()
        sealed = secrets.seal(new_secret(lambda count: b"s" * count), team=TEAM)
        self.endpoints.add(
            Endpoint(
                **{
                    "id": EP,
                    "team": TEAM,
                    "url": "https://x.example",
                    "event_types": ("*",),
                    "sealed_secrets": (SealedSecret(sealed=sealed, created_at=START),),
                    "created_at": START,
                    **endpoint,
                }
            )
        )
        self.ports = DeliveryPorts(
            deliveries=self.deliveries,
            health=self.health_store,
            pace=InMemoryEndpointPace(),
            lines=InMemoryLines(),
            endpoints=self.endpoints,
            log=self.log,
            render=lambda event, _: event.body,
            secrets=secrets,
            sender=self.sender,
            dispatcher=self.dispatcher,
        )

    def event(self, id: str = "e1", name: str = "sale", data: str = "{}") -> DeliverWebhook:
        """Log an event, and return the message that delivers it."""
        position = Position(uuid7(self.now, id.encode().ljust(10)))
        body = JsonText(f'{{"type":"{name}","data":{data}}}')
        self.log.append(
            LoggedEvent(
                id=TriggerId(id),
                team=TEAM,
                number=1,
                name=name,
                occurred_at=self.now,
                position=position,
                shard=0,
                body=body,
            )
        )
        return DeliverWebhook(
            team=TEAM,
            delivery=delivery_id(TEAM, id, EP),
            endpoint=EP,
            event=TriggerId(id),
            event_type=name,
            position=position,
            shard=0,
            occurred_at=self.now,
        )

    def deliver(self, message: DeliverWebhook, *, received: int = 1) -> Delivery | None:
        return deliver_webhook(
            message, received=received, now=self.now, luck=lambda: 0.5, ports=self.ports
        )

    def run(self, message: DeliverWebhook) -> Delivery:
        """Deliver, and all that follows from it, each at its time."""
        self.deliver(message)
        while True:
            following = [each for each in self.sent if each.delivery == message.delivery]
            if not following:
                break
            self.now = max(self.now, following[0].due_at or self.now)
            self.dispatcher.sent.remove(following[0])
            self.deliver(following[0])
        return self.delivery(message)

    def delivery(self, message: DeliverWebhook) -> Delivery:
        return self.deliveries.deliveries[DeliveryId(message.delivery)]

    def change_endpoint(self, **changes: Any) -> None:
        endpoint = self.endpoints.get(TEAM, EP)
        assert endpoint
        self.endpoints.save(replace(endpoint, **changes), previous=endpoint)

    @property
    def health(self) -> EndpointHealth:
        return self.health_store.get(TEAM, EP)

    @property
    def sent(self) -> Sequence[DeliverWebhook]:
        return [each for each in self.dispatcher.sent if isinstance(each, DeliverWebhook)]

    @property
    def told(self) -> list[str]:
        """Name the events that the team is told of, each as often as it is an event."""
        told = {each.name: each for each in self.dispatcher.sent if isinstance(each, TellEvent)}
        return [each.event for each in told.values()]
