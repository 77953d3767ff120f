"""One drawn world after another, with everything that can go wrong; a seed tells all of it.

Every port call may be the last of its process, before it or after it. Messages come twice, late
and in any order; a process pauses at a call, and others work meanwhile; receivers fail.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from partner_events.domain.errors import DomainError
from partner_events.domain.execution import Execution, StepStatus
from partner_events.domain.ids import TriggerId, effect_id
from partner_events.domain.lead import Lead
from partner_events.domain.messages import DeliverWebhook, Message
from partner_events.domain.outgoing import Email, Sms
from partner_events.domain.trigger import API_TIMEOUT, WORKER_TIMEOUT
from partner_events.message_ports import MaybeSent, NotSent
from partner_events.usecases.send_message import MessagePorts
from tests.crash.drawn_flows import AWAITED, EVENT, EXITING, draw_workflows
from tests.crash.world import (
    MAX_RECEIVES,
    START,
    TEAM,
    Died,
    Faults,
    Faulty,
    InFlight,
    Queue,
    Receivers,
    World,
)

DIES, TWICE, LATE, FAILS = 0.08, 0.10, 0.10, 0.15
LOST = 0.02  # answers, so that the client makes the call again
PAUSES = 0.02
SAME = 0.3  # of those who work during a pause, on the very message at hand
CANCELS = 0.07
LATEST = 600  # seconds
DEATHS = (2, 3, 5, MAX_RECEIVES)  # of workers, until their message is given up on
PATIENT = 1_000  # receives: so many that no message is given up on
TRIES = 1_000  # of a partner, until an answer comes


class PausingFaults(Faults):
    """Kills, and lets others work while a process stands still."""

    def __init__(self, world: "Simulation") -> None:
        random = world.random
        super().__init__(lambda _: random.random() < DIES, lambda _: random.random() < LOST)
        self._world = world

    def point(self) -> None:
        super().point()
        if self._world.random.random() < PAUSES:
            self._world.let_others_work()


class Unrepeated(Faults):
    """The same fate for calls that no client makes again by itself."""

    def __init__(self, faults: Faults) -> None:
        self.point = faults.point  # type: ignore[method-assign]

    def answer_is_lost(self) -> bool:
        return False


class LossyQueue(Queue):
    """Hands some messages out twice, and some late."""

    def __init__(self, world: "Simulation") -> None:
        super().__init__(world)
        self._random = world.random

    def send(self, message: Message, *, now: datetime) -> str:
        sent = super().send(message, now=now)
        if self._random.random() < LATE:
            self.waiting[-1].visible_at += self._some_time()
        if self._random.random() < TWICE:
            at = self.waiting[-1].visible_at + self._some_time() * self._random.randrange(2)
            self.waiting.append(InFlight(message, at))
        return sent

    def _some_time(self) -> timedelta:
        return timedelta(seconds=self._random.randrange(LATEST))


class FailingReceivers(Receivers):
    def __init__(self, world: "Simulation") -> None:
        super().__init__(world, lambda _: TRIES if world.random.random() < FAILS else 0)


@dataclass(frozen=True, slots=True)
class Process:
    """Somebody who works on something, and until when at the latest."""

    until: datetime
    message: Message | None = None
    is_late: bool = False  # the success of the delivery was on record before it began


class Simulation(World):
    """A drawn world; `told` are the events that were answered."""

    def __init__(self, seed: int) -> None:
        super().__init__(random=Random(seed))
        self.faults = PausingFaults(self)
        self.queue = LossyQueue(self)
        self.is_patient = self.random.random() < 0.75
        self.queue.most_receives = PATIENT if self.is_patient else MAX_RECEIVES
        self.queue.most_deaths = PATIENT if self.is_patient else self.random.choice(DEATHS)
        self.receivers = FailingReceivers(self)
        self.mails.answer = lambda mail: self._answer(self.mails.sent, mail)
        self.texts.answer = lambda text: self._answer(self.texts.sent, text)
        self.told: list[TriggerId] = []
        self._handed_out: list[tuple[datetime, int, Message]] = []
        self._processes: list[Process] = []

    def _set_up(self) -> None:
        self._set_up_team(EVENT, AWAITED, EXITING)
        self.endpoints.add(self._endpoint("ep_one"))
        self.definitions = draw_workflows(self.random)
        for each in self.definitions:
            self.put_workflow(**each)
        self.leads.add(
            Lead(
                transaction_id="txn_1",
                team=TEAM,
                cid="cmp_1",
                created_at=START,
                updated_at=START,
                cost=0,
            )
        )

    def run(self) -> None:
        """Tell of some events, and let time pass until no message is left."""
        for number in range(self.random.choice([1, 1, 2, 3])):
            name = self.random.choice([EVENT, AWAITED, EXITING]) if number else EVENT
            self._tell(f"e{number}", name)
            for _ in range(self.random.randrange(30)):
                if self.queue.waiting:
                    self.turn()
            if self.random.random() < CANCELS:
                self._cancel(self.random.choice(self.told))
        self.drain()

    def _tell(self, key: str, name: str) -> None:
        """Send with an Idempotency-Key until an answer comes, as a careful partner does."""
        contact = self.random.choice(["user_1", "user_1", "user_2"])
        for attempt in range(TRIES):
            with suppress(Died), self._working(API_TIMEOUT):
                answer = self.accept(
                    f"{key}-{attempt}",
                    key=key,
                    contact=contact,
                    name=name,
                    variables=f'{{"n":"{key}"}}',
                ).answer
                self.told.append(json.loads(answer)["trigger_id"])
                return
            self.now += timedelta(seconds=1)
        raise AssertionError("no answer")

    def _cancel(self, id: TriggerId) -> None:
        with suppress(Died, DomainError), self._working(API_TIMEOUT):
            self.cancel(id)

    def hand_out(self, each: InFlight) -> None:
        delivery = isinstance(each.message, DeliverWebhook) and self.deliveries.get(
            each.message.delivery
        )
        self._handed_out.append((self.now, len(self._processes), each.message))
        is_late = bool(delivery and delivery.is_over)
        with self._working(WORKER_TIMEOUT, each.message, is_late=is_late):
            super().hand_out(each)

    @contextmanager
    def _working(
        self, time: timedelta, message: Message | None = None, *, is_late: bool = False
    ) -> Iterator[None]:
        self._processes.append(Process(self.now + time, message, is_late))
        try:
            yield
        finally:
            self._processes.pop()

    def let_others_work(self) -> None:
        """Stand still, while others take some of the messages that are next, or the same one."""
        if not 0 < len(self._processes) < 3:
            return
        mine = self._processes[-1]
        if mine.message and self.random.random() < SAME:
            copy = InFlight(mine.message, self.now)
            self.queue.waiting.append(copy)
            self.hand_out(copy)
        for _ in range(self.random.randrange(3)):
            soon = self.now + timedelta(seconds=self.random.randrange(6))
            visible = [each for each in self.queue.waiting if each.visible_at <= soon]
            if visible:
                each = self.random.choice(visible)
                self.now = max(self.now, each.visible_at)
                self.hand_out(each)
        if self.now > mine.until:
            raise Died

    def note_send(self, webhook_id: str) -> None:
        """Remember a send whose success was on record: of a delivery, before the work on it
        began; of a step, ever, for nobody else has its lease."""
        if webhook_id.startswith("msg_"):
            is_late = webhook_id in self.completed_effects()
        else:
            is_late = self._processes[-1].is_late
        if is_late:
            self.sent_after_success.append(webhook_id)

    def begun(self) -> list[Execution]:
        return [*self.triggers._rows.executions.values()]

    def messages(self) -> Iterator[str]:
        """Tell who was handed what, and when: within a pause of another, further to the right."""
        for at, depth, message in self._handed_out:
            what = getattr(message, "step", None) or getattr(message, "trigger", message.name)
            yield f"{at:%d %H:%M:%S.%f} {'  ' * depth}{type(message).__name__} {what}"

    def completed_effects(self) -> set[str]:
        return {
            effect_id(execution.id, made.step)
            for execution in self.begun()
            for made in execution.history
            if made.status is StepStatus.COMPLETED and made.type == "webhook"
        }

    def message_ports(self) -> MessagePorts:
        once = Unrepeated(self.faults)
        return MessagePorts(
            mailer=Faulty(self.mails, once),
            texter=Faulty(self.texts, once),
            record=self.faulty(self.send_record),
            suppressed=self.suppressed,
            templates=self.templates,
            sender="Acme <hello@acme.example>",
            public_url="https://api.acme.example",
        )

    def _answer(self, sent: list[Any], message: Email | Sms) -> None:
        """Refuse some messages, for now or for ever, and give no answer to some, sent or not."""
        if self.random.random() >= FAILS:
            return
        if self.random.random() < 0.5:
            raise NotSent("refused", final=self.random.random() < 0.3)
        if self.random.random() < 0.5:
            sent.append(message)
        raise MaybeSent
