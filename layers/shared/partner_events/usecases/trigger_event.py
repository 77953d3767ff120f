"""Accept an event and run it in the same request, for whoever tries workflows out (D-36).

It is the code of the queues, called by hand. Every message is sent for real first, but for
later, when this request is over for certain; then what it asks for is done at once. So what
the request does not get done, or does not live to do, the queues do; and what it did get
done, they find done.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from partner_events.directory_ports import ContactStore, NumberSource
from partner_events.domain.errors import TryLater
from partner_events.domain.event import Event, JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import TriggerId
from partner_events.domain.messages import (
    BookReward,
    DeliverWebhook,
    EndExecution,
    FanOut,
    HearEvent,
    Message,
    RunReplay,
    RunStep,
    RunTrigger,
    SettleFulfilment,
    TellEvent,
)
from partner_events.domain.notice import Envelope
from partner_events.domain.trigger import API_TIMEOUT, Trigger
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest
from partner_events.jsontext import dumps, loads
from partner_events.ports import (
    Dispatcher,
    EventLog,
    ExecutionStore,
    TriggerStore,
    WebhookSender,
)
from partner_events.usecases.deliver_webhook import DeliveryPorts, deliver_webhook
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.matcher import MatchPorts
from partner_events.usecases.run_step import run_step
from partner_events.usecases.run_trigger import run_trigger
from partner_events.usecases.send_event import send_event
from partner_events.usecases.step_ports import StepPorts

# Within API_TIMEOUT: nothing more is begun after the first, all is answered by the second.
BEGIN_WITHIN = timedelta(seconds=5)
FINISH_WITHIN = timedelta(seconds=8)
_OTHERS_WORK = (
    FanOut,
    EndExecution,
    HearEvent,
    TellEvent,
    RunReplay,
    BookReward,
    SettleFulfilment,
)  # not what it tells about


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPorts:
    """All that the three workers need, in one process."""

    triggers: TriggerStore
    executions: ExecutionStore
    contacts: ContactStore
    log: EventLog
    numbers: NumberSource
    routing: RoutingTable
    matching: Callable[[], MatchPorts]
    delivery: DeliveryPorts
    dispatcher: Dispatcher
    steps: StepPorts
    new_id: Callable[[], str]
    luck: Callable[[], float]
    clock: Callable[[], datetime]
    body: Callable[[Trigger], JsonText]
    envelope: Envelope


def trigger_event(
    event: Event,
    *,
    id: TriggerId,
    trigger_at: datetime | None,
    idempotency: Idempotency | None,
    now: datetime,
    event_types: KnownEventTypes,
    ports: RunPorts,
) -> tuple[TriggerId, bool]:
    """Return the trigger's id, and whether it is that of an earlier call.

    Waits for no delay and no retry. Raises what `send_event` does.
    """
    inline = InlineDispatcher(ports.dispatcher, trigger=id, promised_at=now + API_TIMEOUT)
    accepted = send_event(
        event,
        id=id,
        trigger_at=trigger_at,
        idempotency=idempotency,
        answer=lambda trigger, _: dumps(trigger.id),
        now=now,
        event_types=event_types,
        triggers=ports.triggers,
        dispatcher=inline,
    )
    if not accepted.replayed:
        _run(inline, _hurried(ports, by=now + FINISH_WITHIN), until=now + BEGIN_WITHIN)
    return TriggerId(loads(accepted.answer)), accepted.replayed


class InlineDispatcher:
    """Sends what is due now for later, as a promise, and keeps it to be done in this request.

    Events that tell of what this one changed (`client.created`) are the queues' alone.
    """

    def __init__(
        self, dispatcher: Dispatcher, *, trigger: TriggerId, promised_at: datetime
    ) -> None:
        self._trigger = trigger
        self.due: deque[Message] = deque()
        self._dispatcher = dispatcher
        self._promised_at = promised_at

    def send(self, message: Message, *, now: datetime) -> str:
        job = self._dispatcher.send(self._later(message), now=now)
        self._keep(message)
        return job

    def send_all(self, messages: Sequence[Message], *, now: datetime) -> None:
        self._dispatcher.send_all([self._later(each) for each in messages], now=now)
        for message in messages:
            self._keep(message)

    def withdraw(self, message: Message) -> None:
        self._dispatcher.withdraw(message)

    def _is_ours(self, message: Message) -> bool:
        if isinstance(message, _OTHERS_WORK) or message.due_at is not None:
            return False
        return not isinstance(message, RunTrigger) or message.trigger == self._trigger

    def _later(self, message: Message) -> Message:
        if not self._is_ours(message):
            return message
        if isinstance(message, RunStep | DeliverWebhook):
            return replace(message, due_at=self._promised_at, promise=True)
        return replace(message, due_at=self._promised_at)

    def _keep(self, message: Message) -> None:
        if self._is_ours(message):
            self.due.append(message)


@dataclass(frozen=True, slots=True)
class _HurriedSender:
    """Gives no receiver more time than the request itself has left."""

    sender: WebhookSender
    by: datetime
    clock: Callable[[], datetime]

    def check(self, url: str) -> None:
        self.sender.check(url)

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        left = min(request.timeout, self.by - self.clock())
        return self.sender.send(replace(request, timeout=left))


def _hurried(ports: RunPorts, *, by: datetime) -> RunPorts:
    sender = _HurriedSender(ports.delivery.sender, by, ports.clock)
    delivery = replace(ports.delivery, sender=sender)
    return replace(ports, delivery=delivery, steps=replace(ports.steps, sender=sender))


def _run(inline: InlineDispatcher, ports: RunPorts, *, until: datetime) -> None:
    while inline.due and ports.clock() < until:
        try:
            _handle(inline.due.popleft(), replace(ports, dispatcher=inline))
        except TryLater:
            continue  # its promise tries later


def _handle(message: Message, ports: RunPorts) -> None:
    match message:
        case RunTrigger():
            _run_trigger(message, ports)
        case RunStep():
            _run_step(message, ports)
        case DeliverWebhook():
            deliver_webhook(
                message,
                received=1,
                now=ports.clock(),
                luck=ports.luck,
                ports=replace(ports.delivery, dispatcher=ports.dispatcher),
            )
        case _:
            pass  # for other workers, and sent


def _run_trigger(message: RunTrigger, ports: RunPorts) -> None:
    run_trigger(
        message,
        received=1,
        now=ports.clock(),
        new_id=ports.new_id,
        body=ports.body,
        triggers=ports.triggers,
        contacts=ports.contacts,
        log=ports.log,
        lines=ports.delivery.lines,
        numbers=ports.numbers,
        routing=ports.routing,
        matching=ports.matching,
        dispatcher=ports.dispatcher,
    )


def _run_step(message: RunStep, ports: RunPorts) -> None:
    run_step(
        message,
        received=1,
        now=ports.clock(),
        luck=ports.luck,
        envelope=ports.envelope,
        executions=ports.executions,
        dispatcher=ports.dispatcher,
        ports=ports.steps,
    )
