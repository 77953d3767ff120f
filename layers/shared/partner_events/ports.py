"""What the use cases need from the world, as promises that every implementation keeps."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from partner_events.domain.delivery import Delivery
from partner_events.domain.execution import CANCELLED, Execution
from partner_events.domain.idempotency import Claim
from partner_events.domain.ids import (
    DeliveryId,
    EndpointId,
    ExecutionId,
    Position,
    TeamId,
    TriggerId,
)
from partner_events.domain.log import LoggedEvent
from partner_events.domain.messages import Message, RunStep
from partner_events.domain.rate_limit import Window
from partner_events.domain.trigger import AudiencePage, Plan, Trigger
from partner_events.domain.webhook import WebhookAnswer, WebhookRequest

if TYPE_CHECKING:
    from partner_events.domain.endpoint_health import EndpointHealth


class AlreadyThere(Exception):
    """A conditional write found that somebody else was first."""


class EffectDone(Exception):
    """The effect that a write was to have is on record: it was written before."""


class Dispatcher(Protocol):
    def send(self, message: Message, *, now: datetime) -> str:
        """Hand a message to its queue, no earlier than its `due_at`, and return its job id.

        When it returns, the message exists. It may arrive twice, late, or out of order.
        Sending the same message again is harmless.
        """

    def withdraw(self, message: Message) -> None:
        """Try to take back a message that is far ahead; it may come all the same."""

    def send_all(self, messages: Sequence[Message], *, now: datetime) -> None:
        """Send several; raises if any one of them could not be sent."""


class ClaimTaken(AlreadyThere):
    """The claim stands already, for the request that came first."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.name)
        self.claim = claim


class ClaimContended(Exception):
    """Two requests wrote the same claim at one moment, and this one has to step back."""


class TriggerStore(Protocol):
    def add(self, trigger: Trigger, *, claim: Claim | None = None, now: datetime) -> None:
        """Commit a trigger, and its claim with it or neither of them.

        A claim whose `expires_at` has come no longer counts. Raises `ClaimTaken` or
        `ClaimContended`.
        """

    def emit(self, trigger: Trigger, *, root: TriggerId, most: int, now: datetime) -> bool:
        """Commit an event that a workflow made, unless it is there or `root` led to `most`.

        Tells whether it is there. Repeating the call is harmless, and counts nothing twice.
        """

    def find_claim(self, name: str, *, now: datetime) -> Claim | None: ...

    def get(self, id: TriggerId, *, counted: bool = True) -> Trigger | None:
        """Read a trigger as of now, never as of a moment ago.

        Unless it is `counted`, what is over of an audience may be missing from it: there are
        as many counters as pages.
        """

    def start(
        self, id: TriggerId, *, now: datetime, position: Position, number: int
    ) -> Trigger | None:
        """Take a due trigger into processing; the position and number of the first call stay.

        Returns the trigger as it stands afterwards, without its plan: still scheduled if it is
        not due, or over, or None if there is no such record.
        """

    def move(self, id: TriggerId, *, old: Position, new: Position) -> Position:
        """Give the event another position, unless it has moved already; return the one it has."""

    def plan(self, id: TriggerId, plan: Plan, *, now: datetime) -> Plan:
        """Keep the plan, unless there is one; return the one that is kept."""

    def keep(self, id: TriggerId, *, until: datetime, page: int | None = None) -> None:
        """Keep a trigger, and a page of its audience, readable for a while after `until`."""

    def fail(self, id: TriggerId, *, reason: str, now: datetime) -> bool:
        """Mark a trigger that still runs as failed; tell whether there was one to mark."""

    def cancel(self, id: TriggerId, *, now: datetime) -> bool:
        """Cancel a trigger, unless it is over; tell whether this call did.

        It is over as well when all of its planned executions are; and between its start and
        its plan it cannot be cancelled, since the event is happening.
        """


class AudienceStore(Protocol):
    """The pages in which the audience of a trigger is planned."""

    def commit(
        self, trigger: TriggerId, page: AudiencePage, *, cursor: str | None, now: datetime
    ) -> bool:
        """Keep the page, count it, and move the walk behind it, or none of that.

        `cursor` is where the next page begins; without one the walk is over. Tells whether
        this call did it: not if the walk does not stand before that page.
        """

    def page_from(self, trigger: TriggerId, number: int) -> AudiencePage | None:
        """Find the first page with that number or a higher one that is not empty."""


class Placed(Protocol):
    """Whatever says where an execution stands: a message, or a reference."""

    @property
    def trigger(self) -> TriggerId: ...

    @property
    def execution(self) -> ExecutionId: ...

    @property
    def page(self) -> int | None: ...


class ExecutionStore(Protocol):
    def claim(self, message: RunStep, *, now: datetime, until: datetime) -> Execution | None:
        """Lease the step that the message names, until `until`.

        The first step's message begins the execution. Returns the leased execution, or None
        if the execution does not stand there or another worker's lease still runs.
        """

    def get(self, message: Placed) -> Execution | None: ...

    def save(self, execution: Execution, *, claimed: Execution) -> None:
        """Commit what a step led to, together with the trigger's counters when it is over.

        One of an audience is not counted by that, but by `count`. Raises `AlreadyThere` if the
        lease of `claimed` is no longer the one that stands.
        """

    def count(self, execution: Execution) -> None:
        """Count an execution of an audience that is over. Repeating the call is harmless."""

    def fail(self, message: RunStep, *, reason: str, now: datetime) -> bool:
        """Mark an execution that is not over as failed and count it; tell whether it was so."""

    def cancel(self, message: RunStep, *, now: datetime, reason: str = CANCELLED) -> bool:
        """Cancel and count an execution that nobody is working on; tell whether it was so.

        The message is the first step's: an execution that has not begun never will.
        """

    def of_trigger(self, trigger: TriggerId, *, page: int | None = None) -> Sequence[Execution]:
        """List the executions that have begun; of an audience, those of one page."""


class EventLog(Protocol):
    def append(self, event: LoggedEvent) -> None:
        """Put an event at its position. Repeating the call is harmless."""

    def get(self, team: TeamId, position: Position, shard: int) -> LoggedEvent | None: ...

    def read(
        self, team: TeamId, shard: int, *, after: Position, before: Position, limit: int
    ) -> tuple[Sequence[LoggedEvent], bool]:
        """Read on, in the order of the positions, within the hour of the position `after`.

        Returns at most `limit` events that lie between the two, and whether that hour may hold
        more of them.
        """


class DeliveryStore(Protocol):
    def get(self, id: DeliveryId) -> Delivery | None: ...

    def get_all(self, ids: Sequence[DeliveryId]) -> Sequence[Delivery]:
        """Read at most 100 as they stand now, in this order; missing ones are left out."""

    def find(
        self, id: DeliveryId, *, team: TeamId, endpoint: EndpointId
    ) -> tuple[Delivery | None, "EndpointHealth"]:
        """Read a delivery and the health of its endpoint in one call."""

    def save(self, delivery: Delivery, *, standing: Delivery | None) -> None:
        """Commit what became of a delivery that stood like this, None if there was no record.

        Raises `AlreadyThere` if another worker has recorded anything meanwhile.
        """


class TokenCounter(Protocol):
    def lease(self, name: str, window: Window, *, count: int, limit: int) -> tuple[bool, int]:
        """Take `count` of a window's tokens, unless fewer than that are left of `limit`.

        Returns whether they were taken, and how many are taken altogether by now.
        """

    def taken(self, name: str, window: Window) -> int:
        """Count how many of a window's tokens are taken."""


class SecretBox(Protocol):
    """Encrypts secrets for one team; what was sealed for one opens for no other."""

    def pepper(self) -> bytes:
        """Return what is mixed into every key's hash (D-8): the same bytes on every call."""

    def seal(self, secret: str, *, team: TeamId) -> bytes: ...

    def open(self, sealed: bytes, *, team: TeamId) -> str: ...


class UrlGuard(Protocol):
    def check(self, url: str, *, timeout: timedelta) -> None:
        """Raise `InvalidWebhookUrl` if a webhook to this url would not be let out.

        A name that is not resolved in time is let through: every attempt vets it anew.
        """


class WebhookSender(Protocol):
    def check(self, url: str) -> None:
        """Raise `InvalidWebhookUrl` if a webhook to this url would not be let out."""

    def send(self, request: WebhookRequest) -> WebhookAnswer:
        """Make one HTTP request. Whatever the network or the receiver does is in the answer."""
