"""The whole product in memory under a virtual clock, with a process that may die at any call."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from partner_events.domain.contact import ContactDetails
from partner_events.domain.delivery import Delivery, DeliveryStatus
from partner_events.domain.endpoint import Endpoint, SealedSecret
from partner_events.domain.errors import TryLater
from partner_events.domain.event import Event, JsonText
from partner_events.domain.event_type import EventType
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.ids import EndpointId, TeamId, TriggerId, time_of, uuid7
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import (
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
from partner_events.domain.outgoing import Email, Sms
from partner_events.domain.signature import new_secret
from partner_events.domain.team import Plan, Team
from partner_events.domain.trigger import Trigger
from partner_events.domain.webhook import ErrorClass, WebhookAnswer, WebhookRequest
from partner_events.domain.workflow import workflow_from
from partner_events.http.saved_values import select
from partner_events.http.send_event import send_event_reply
from partner_events.http.webhook_formats import envelope, render, standard
from partner_events.usecases.accept_event import Accepted
from partner_events.usecases.cancel_trigger import cancel_trigger
from partner_events.usecases.change_ports import ChangePorts
from partner_events.usecases.client_events import CLIENT_CREATED, LEAD_CREATED, STATUS_CHANGED
from partner_events.usecases.deliver_webhook import DeliveryPorts, deliver_webhook
from partner_events.usecases.end_execution import end_execution
from partner_events.usecases.fan_out import FanOutPorts, fan_out
from partner_events.usecases.find_routes import RoutingTable
from partner_events.usecases.give_up import give_up
from partner_events.usecases.hear_awaited import hear_awaited
from partner_events.usecases.known_event_types import KnownEventTypes
from partner_events.usecases.matcher import MatchPorts
from partner_events.usecases.own_events import own_event_id, tell_event
from partner_events.usecases.run_replay import ReplayPorts, run_replay
from partner_events.usecases.run_step import run_step
from partner_events.usecases.run_trigger import run_trigger
from partner_events.usecases.send_event import send_event
from partner_events.usecases.send_message import MessagePorts
from partner_events.usecases.step_ports import StepPorts
from partner_events.usecases.told_contacts import ToldContacts
from partner_events.usecases.trigger_event import RunPorts, trigger_event
from partner_events.usecases.webhook_bodies import WebhookBodies
from tests.fakes.contacts import InMemoryContactStore
from tests.fakes.deliveries import InMemoryDeliveryStore, InMemoryHealthStore
from tests.fakes.directory import (
    InMemoryDirectory,
    InMemoryEndpointStore,
    InMemoryEventTypeStore,
    InMemoryNumberSource,
    InMemorySegmentStore,
    InMemoryTeamStore,
    InMemoryWorkflowStore,
)
from tests.fakes.flow import InMemoryAdmissionStore, InMemoryWaiterStore
from tests.fakes.lines import InMemoryLines
from tests.fakes.log import InMemoryEventLog
from tests.fakes.outgoing import (
    InMemorySendRecord,
    InMemorySuppressionList,
    InMemoryTemplateStore,
    Outbox,
)
from tests.fakes.pace import InMemoryEndpointPace
from tests.fakes.postbacks import InMemoryLeadStore, InMemoryPostbacks
from tests.fakes.replays import InMemoryDeliveryList, InMemoryReplayStore
from tests.fakes.secrets import PlainSecretBox
from tests.fakes.triggers import (
    InMemoryAudienceStore,
    InMemoryExecutionStore,
    InMemoryTriggers,
    InMemoryTriggerStore,
)

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEAM = TeamId("team")
VISIBILITY = timedelta(seconds=180)
MAX_RECEIVES = 14
HORIZON = timedelta(seconds=10)  # how far behind now the readers of the log stay
STEPS_AT_MOST = 5_000
OWN_EVENTS = {CLIENT_CREATED, STATUS_CHANGED, LEAD_CREATED}
ENDPOINTS = 2  # that hear of every event


class Died(BaseException):
    """The process was killed: nothing after this point of it happens."""


def never(_: int) -> bool:
    return False


class Faults:
    """Decides at every point whether the process dies there, and of every call whether its
    answer is lost, so that the client makes it once more."""

    def __init__(self, dies: Callable[[int], bool], repeats: Callable[[int], bool]) -> None:
        self.passed = 0
        self.calls = 0
        self._dies = dies
        self._repeats = repeats

    def point(self) -> None:
        self.passed += 1
        if self._dies(self.passed):
            raise Died

    def answer_is_lost(self) -> bool:
        self.calls += 1
        return self._repeats(self.calls)


class Faulty:
    """A port whose every call may be the last: before it happens, or right after it did."""

    def __init__(self, port: Any, faults: Faults) -> None:
        self._port = port
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._faults.point()
            if self._faults.answer_is_lost():
                method(*args, **kwargs)
            answer = method(*args, **kwargs)
            self._faults.point()
            return answer

        return call


class WatchedLog(InMemoryEventLog):
    """Remembers events that came to stand behind readers, who would never see them."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.missed: list[LoggedEvent] = []
        self._world = world

    def append(self, event: LoggedEvent) -> None:
        is_new = self.get(event.team, event.position, event.shard) is None
        if is_new and self._world.now - time_of(event.position) > HORIZON:
            self.missed.append(event)
        super().append(event)


@dataclass(slots=True, eq=False)
class InFlight:
    message: Message
    visible_at: datetime
    received: int = 0
    deaths: int = 0


class Queue:
    """SQS as far as we rely on it: at least once, any order, hidden while it is worked on."""

    def __init__(self, world: "World") -> None:
        self.waiting: list[InFlight] = []
        self.dead: list[Message] = []
        self.most_receives = self.most_deaths = MAX_RECEIVES
        self._world = world

    def send(self, message: Message, *, now: datetime) -> str:
        self.waiting.append(InFlight(message, max(now, message.due_at or now)))
        return f"job-{len(self.waiting)}"

    def withdraw(self, message: Message) -> None:
        """Leave it where it is: that it comes all the same is what must do no harm."""

    def send_all(self, messages: Sequence[Message], *, now: datetime) -> None:
        for message in messages:
            self.send(message, now=now)
            self._world.faults.point()  # a batch may have gone half-way


class Receivers:
    """Everybody's servers: each webhook-id fails `failures` times before it is taken."""

    def __init__(self, world: "World", failures: Callable[[str], int]) -> None:
        self.seen: list[tuple[str, str, bytes, bool]] = []
        self.requests: list[WebhookRequest] = []
        self.gone: set[str] = set()  # urls that answer 410
        self.down: set[str] = set()  # urls that answer 503
        self._failures = failures
        self._world = world

    def check(self, url: str) -> None: ...

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        id = request.headers["webhook-id"]
        earlier = sum(each[1] == id for each in self.seen)
        failed = earlier < self._failures(id) or request.url in self.gone | self.down
        self._world.note_send(id)
        self.requests.append(request)
        self.seen.append((request.url, id, request.body, not failed))
        if request.url in self.gone:
            error = ErrorClass.HTTP_4XX
            return WebhookAnswer(status=410, error=error, duration=timedelta(seconds=1))
        if failed:
            error = ErrorClass.HTTP_5XX
            return WebhookAnswer(status=500, error=error, duration=timedelta(seconds=1))
        return WebhookAnswer(status=200, duration=timedelta(seconds=1))


class World:
    def __init__(
        self,
        *,
        dies: Callable[[int], bool] = never,
        repeats: Callable[[int], bool] = never,
        failures: Callable[[str], int] = lambda _: 0,
        random: Random | None = None,
    ) -> None:
        self.now = START
        self.faults = Faults(dies, repeats)
        self.random = random or Random(0)
        self.sent_after_success: list[str] = []
        self.overtaking: list[str] = []
        self.ordered: Callable[[Delivery], bool] = lambda _: False  # to be sent once more
        rows, directory = InMemoryTriggers(), InMemoryDirectory()
        self.triggers = InMemoryTriggerStore(rows)
        self.audiences = InMemoryAudienceStore(rows)
        self.executions = InMemoryExecutionStore(rows)
        self.contacts = InMemoryContactStore(rows)
        self.mails, self.texts = Outbox[Email](), Outbox[Sms]()
        self.send_record, self.suppressed = InMemorySendRecord(), InMemorySuppressionList()
        self.templates = InMemoryTemplateStore()
        self.leads = InMemoryLeadStore(InMemoryPostbacks(), rows)
        self.admissions = InMemoryAdmissionStore()
        self.waiters = InMemoryWaiterStore()
        self.log = WatchedLog(self)
        self.deliveries = InMemoryDeliveryStore()
        self.health = InMemoryHealthStore(self.deliveries)
        self.pace = InMemoryEndpointPace()
        self.lines = InMemoryLines()
        self.replays = InMemoryReplayStore()
        self.endpoints = InMemoryEndpointStore(directory)
        self.workflows = InMemoryWorkflowStore(directory)
        self.event_types = InMemoryEventTypeStore(directory)
        self.segments = InMemorySegmentStore(directory)
        self.teams = InMemoryTeamStore(directory)
        self.numbers = InMemoryNumberSource(directory)
        self.secrets = PlainSecretBox()
        self.settlements: list[SettleFulfilment] = []
        self.queue = Queue(self)
        self.receivers = Receivers(self, failures)
        self._set_up()

    def _set_up(self) -> None:
        self._set_up_team("user_signup")
        for name in ("ep_one", "ep_two"):
            self.endpoints.add(self._endpoint(name))
        self.put_workflow("welcome", ["first", "second"])
        self.put_workflow("onboarding", ["only"])
        self.put_workflow("vip", ["never"], filters={"tags": {"any": ["vip"]}})

    def _set_up_team(self, *event_types: str) -> None:
        plan = Plan.STARTER
        self.teams.add(
            Team(id=TEAM, company_id=1, name="T", plan=plan, requests_per_hour=9, created_at=START)
        )
        for name in event_types:
            self.event_types.add(EventType(team=TEAM, name=name, description="", created_at=START))

    def _endpoint(self, name: str) -> Endpoint:
        secret = self.secrets.seal(new_secret(lambda count: b"s" * count), team=TEAM)
        return Endpoint(
            id=EndpointId(name),
            team=TEAM,
            url=f"https://{name}.example",
            event_types=("*",),
            sealed_secrets=(SealedSecret(sealed=secret, created_at=START),),
            created_at=START,
        )

    def put_workflow(
        self, key: str, steps: Iterable[str | dict[str, Any]], *, version: int = 1, **more: Any
    ) -> None:
        definition = {
            "schema": 1,
            "key": key,
            "status": "active",
            "triggers": [{"event": "user_signup"}],
            "steps": [
                {"id": step, "type": "webhook", "url": f"https://{key}.{step}.example"}
                if isinstance(step, str)
                else step
                for step in steps
            ],
            **more,
        }
        self.workflows.put(
            workflow_from(
                definition, team=TEAM, version=version, created_at=START, updated_at=START
            )
        )

    def new_id(self) -> str:
        return uuid7(self.now, self.random.randbytes(10))

    def note_send(self, webhook_id: str) -> None:
        """Remember a send whose success was on record already, or while somebody of its line
        stood before it: there must be none.
        """
        for delivery in self.deliveries.deliveries.values():
            if delivery.id == webhook_id and delivery.is_over and not self.ordered(delivery):
                self.sent_after_success.append(webhook_id)
        for line in self.lines.rows.values():
            mine = [place for place, message in line.items() if message.delivery == webhook_id]
            if mine and min(line) < mine[0]:
                self.overtaking.append(webhook_id)

    def faulty(self, port: Any) -> Any:
        return Faulty(port, self.faults)

    def accept(
        self,
        id: str,
        *,
        key: str | None = None,
        trigger_at: datetime | None = None,
        variables: str = "{}",
        contact: str = "user_1",
        name: str = "user_signup",
    ) -> Accepted:
        return send_event(
            an_event(variables, contact, name),
            id=TriggerId(id),
            trigger_at=trigger_at,
            idempotency=Idempotency(name=key, body=b"{}") if key else None,
            answer=send_event_reply,
            now=self.now,
            event_types=KnownEventTypes(self.faulty(self.event_types)),
            triggers=self.faulty(self.triggers),
            dispatcher=self.faulty(self.queue),
        )

    def accept_and_run(
        self, id: str, *, key: str | None = None, trigger_at: datetime | None = None
    ) -> tuple[TriggerId, bool]:
        """Accept an event and run it in the request; this process may die at any call, too."""
        return trigger_event(
            an_event(),
            id=TriggerId(id),
            trigger_at=trigger_at,
            idempotency=Idempotency(name=key, body=b"{}") if key else None,
            now=self.now,
            event_types=KnownEventTypes(self.faulty(self.event_types)),
            ports=self.run_ports(),
        )

    def told_contacts(self) -> ToldContacts:
        ports = (self.contacts, self.numbers, self.queue)
        return ToldContacts(*map(self.faulty, ports))

    def run_ports(self) -> RunPorts:
        sender = self.faulty(self.receivers)
        return RunPorts(
            triggers=self.faulty(self.triggers),
            executions=self.faulty(self.executions),
            contacts=self.faulty(self.contacts),
            log=self.faulty(self.log),
            numbers=self.faulty(self.numbers),
            routing=self._routing(),
            matching=self.matching,
            delivery=self._delivery_ports(sender),
            dispatcher=self.faulty(self.queue),
            steps=self._step_ports(sender),
            new_id=self.new_id,
            luck=self.random.random,
            clock=lambda: self.now,
            body=standard,
            envelope=self._bodies().of_notice,
        )

    def cancel(self, id: str) -> Trigger:
        return cancel_trigger(
            id,
            team=TEAM,
            now=self.now,
            triggers=self.faulty(self.triggers),
            executions=self.faulty(self.executions),
            dispatcher=self.faulty(self.queue),
        )

    def drain(self) -> None:
        """Let the workers run, and time pass, until no message is left."""
        for _ in range(STEPS_AT_MOST):
            if not self.queue.waiting:
                return
            self.turn()
        raise AssertionError("messages go round for ever")

    def turn(self) -> None:
        """Let one worker handle one of the messages that are next."""
        self.now = max(self.now, min(each.visible_at for each in self.queue.waiting))
        visible = [each for each in self.queue.waiting if each.visible_at <= self.now]
        self.hand_out(self.random.choice(visible))

    def hand_out(self, each: InFlight) -> None:
        if each.received == self.queue.most_receives or each.deaths == self.queue.most_deaths:
            self.queue.waiting.remove(each)
            self.queue.dead.append(each.message)
            self.bury(each.message)
            return
        each.received += 1
        each.visible_at = self.now + VISIBILITY
        try:
            self.handle(each.message, each.received)
        except TryLater as later:
            each.visible_at = self.now + later.after
        except Died:
            each.deaths += 1
            self.now += timedelta(milliseconds=self.random.randrange(1, 9_000))
        else:
            self.queue.waiting.remove(each)
        self.now += timedelta(milliseconds=5)

    def handle(self, message: Message, received: int) -> None:
        match message:
            case TellEvent():
                triggers = self.faulty(self.triggers)
                self._run_trigger(tell_event(message, now=self.now, triggers=triggers), received)
            case RunReplay():
                run_replay(message, received=received, now=self.now, ports=self.replay_ports())
            case RunTrigger():
                self._run_trigger(message, received)
            case FanOut():
                self._fan_out(message, received)
            case RunStep():
                self._run_step(message, received)
            case EndExecution():
                end_execution(
                    message,
                    received=received,
                    now=self.now,
                    executions=self.faulty(self.executions),
                    triggers=self.triggers,
                )
            case HearEvent():
                hear_awaited(
                    message,
                    received=received,
                    now=self.now,
                    envelope=self._bodies().of_notice,
                    executions=self.faulty(self.executions),
                    dispatcher=self.faulty(self.queue),
                    ports=self._step_ports(self.faulty(self.receivers)),
                )
            case DeliverWebhook():
                self._deliver(message, received)
            case SettleFulfilment():
                self.settlements.append(message)

    def bury(self, message: Message) -> None:
        give_up(
            message,
            now=self.now,
            triggers=self.triggers,
            executions=self.executions,
            deliveries=self.deliveries,
            replays=self.replays,
            dispatcher=self.queue,
        )

    def said(self) -> list[LoggedEvent]:
        """List what partners said happened, as far as it is in the log."""
        return [event for event in self.log.events if event.name not in OWN_EVENTS]

    def assert_contacts_told(self) -> None:
        """Everybody heard of each contact, and of none that there is not (D-43)."""
        told = {each.id for each in self.log.events if each.name == CLIENT_CREATED}
        made = {
            own_event_id(CLIENT_CREATED, each.id, team=TEAM) for each in self.contacts.all_contacts
        }
        assert told == made
        deliveries = self.deliveries.deliveries.values()
        heard = [each.status for each in deliveries if each.event in made]
        assert heard == [DeliveryStatus.DELIVERED] * len(made) * ENDPOINTS

    def sends(self) -> Counter[str]:
        """Count what each webhook-id was sent."""
        return Counter(id for _, id, _, _ in self.receivers.seen)

    def _run_trigger(self, message: RunTrigger, received: int) -> None:
        run_trigger(
            message,
            received=received,
            now=self.now,
            new_id=self.new_id,
            body=standard,
            triggers=self.faulty(self.triggers),
            contacts=self.faulty(self.contacts),
            log=self.faulty(self.log),
            lines=self.faulty(self.lines),
            numbers=self.faulty(self.numbers),
            routing=self._routing(),
            matching=self.matching,
            dispatcher=self.faulty(self.queue),
        )

    def matching(self) -> MatchPorts:
        return MatchPorts(
            triggers=self.faulty(self.triggers),
            executions=self.faulty(self.executions),
            leads=self.leads,
            admissions=self.faulty(self.admissions),
            waiters=self.faulty(self.waiters),
        )

    def _fan_out(self, message: FanOut, received: int) -> None:
        ports = FanOutPorts(
            triggers=self.faulty(self.triggers),
            audiences=self.faulty(self.audiences),
            contacts=self.faulty(self.contacts),
            workflows=self.workflows,
            routing=self._routing(),
            matching=self.matching,
            dispatcher=self.faulty(self.queue),
        )
        fan_out(message, received=received, now=self.now, ports=ports)

    def _routing(self) -> RoutingTable:
        return RoutingTable(
            teams=self.teams,
            workflows=self.workflows,
            endpoints=self.endpoints,
            segments=self.segments,
        )

    def _run_step(self, message: RunStep, received: int) -> None:
        run_step(
            message,
            received=received,
            now=self.now,
            luck=self.random.random,
            envelope=self._bodies().of_notice,
            executions=self.faulty(self.executions),
            dispatcher=self.faulty(self.queue),
            ports=self._step_ports(self.faulty(self.receivers)),
        )

    def _bodies(self) -> WebhookBodies:
        return WebhookBodies(teams=self.teams, render=render, envelope=envelope)

    def _step_ports(self, sender: Any) -> StepPorts:
        return StepPorts(
            triggers=self.triggers,
            workflows=self.workflows,
            contacts=self.contacts,
            endpoints=self.endpoints,
            secrets=self.secrets,
            sender=sender,
            select=select,
            changes=self.change_ports,
            messages=self.message_ports,
            waiters=lambda: self.faulty(self.waiters),
        )

    def message_ports(self) -> MessagePorts:
        return MessagePorts(
            mailer=self.faulty(self.mails),
            texter=self.faulty(self.texts),
            record=self.faulty(self.send_record),
            suppressed=self.suppressed,
            templates=self.templates,
            sender="Acme <hello@acme.example>",
            public_url="https://api.acme.example",
        )

    def change_ports(self) -> ChangePorts:
        return ChangePorts(contacts=self.told_contacts(), leads=self.faulty(self.leads))

    def _deliver(self, message: DeliverWebhook, received: int) -> None:
        deliver_webhook(
            message,
            received=received,
            now=self.now,
            luck=self.random.random,
            ports=self._delivery_ports(self.faulty(self.receivers)),
        )

    def replay_ports(self) -> ReplayPorts:
        return ReplayPorts(
            replays=self.faulty(self.replays),
            lines=self.faulty(self.lines),
            deliveries=self.faulty(self.deliveries),
            delivery_list=self.faulty(InMemoryDeliveryList(self.deliveries)),
            endpoints=self.endpoints,
            teams=self.teams,
            log=self.log,
            dispatcher=self.faulty(self.queue),
            page_size=2,
        )

    def _delivery_ports(self, sender: Any) -> DeliveryPorts:
        return DeliveryPorts(
            deliveries=self.faulty(self.deliveries),
            health=self.faulty(self.health),
            pace=self.faulty(self.pace),
            lines=self.faulty(self.lines),
            endpoints=self.endpoints,
            log=self.log,
            render=self._bodies().of_event,
            secrets=self.secrets,
            sender=sender,
            dispatcher=self.faulty(self.queue),
        )


def an_event(variables: str = "{}", contact: str = "user_1", name: str = "user_signup") -> Event:
    return Event(
        team=TEAM,
        name=name,
        data=JsonText('{"amount":99.00}'),
        variables=JsonText(variables),
        contact=ContactDetails(external_id=contact, email=f"{contact}@example.com"),
    )


def duplicated(world: World, message: Message) -> None:
    """Hand a message out once more than it was sent, as SQS may."""
    world.queue.waiting.append(InFlight(replace(message), world.now))
