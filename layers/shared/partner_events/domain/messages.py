"""What travels on the queues: ids and times only; the worker reads the rows as they are then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from partner_events.domain.delivery import Delivery
from partner_events.domain.endpoint import Format
from partner_events.domain.event import JsonText
from partner_events.domain.execution import Execution
from partner_events.domain.ids import (
    ContactId,
    DeliveryId,
    EndpointId,
    ExecutionId,
    Position,
    ReplayId,
    TeamId,
    TriggerId,
    derived,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTrigger:
    """Run an accepted event. `accepted_at` tells how long its record may be missing."""

    team: TeamId
    trigger: TriggerId
    accepted_at: datetime
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """Plan the next page of a trigger's audience; `page` counts from 0."""

    team: TeamId
    trigger: TriggerId
    page: int
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"fan_{derived(self.trigger, str(self.page))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """Run one step of one execution; only the `first` message may begin it. A `promise` repeats
    what another process was about to do, and may have died over. Replays have `accepted_at`."""

    team: TeamId
    trigger: TriggerId
    execution: ExecutionId
    workflow: str
    version: int
    contact: ContactId | None
    step: str
    page: int | None = None
    place: int | None = None
    attempt: int = 1
    first: bool = False
    promise: bool = False
    accepted_at: datetime | None = None
    due_at: datetime | None = None

    @classmethod
    def of(cls, execution: Execution, *, first: bool = False) -> Self:
        """Name the step where the execution stands."""
        return cls(
            team=execution.team,
            trigger=execution.trigger,
            execution=execution.id,
            workflow=execution.workflow,
            version=execution.version,
            contact=execution.contact,
            step=execution.step,
            page=execution.page,
            place=execution.place,
            attempt=execution.attempt,
            first=first,
            due_at=execution.retry_at,
        )

    @property
    def name(self) -> str:
        return f"stp_{derived(self.execution, self.step, str(self.attempt))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExecution:
    """End an execution that goes on, for a reason from outside."""

    team: TeamId
    trigger: TriggerId
    execution: ExecutionId
    reason: str
    page: int | None = None
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"end_{self.execution}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearEvent:
    """Wake an execution at the step where it waits for `event`; without a step, end it."""

    team: TeamId
    trigger: TriggerId
    execution: ExecutionId
    event: TriggerId
    contact: ContactId | None
    step: str = ""
    attempt: int = 0
    page: int | None = None
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"hear_{derived(self.execution, self.step, self.event)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverWebhook:
    """Make one attempt at one endpoint; `attempt` counts from 1. A `promise` is as in `RunStep`.

    A `round` of its own orders the delivery to be begun again; only with `again` may it be one
    that has succeeded. The `format` is the endpoint's when the event ran, and stays over all
    attempts. With a `line` it has been put there, for this round, before this was sent.
    """

    team: TeamId
    delivery: DeliveryId
    endpoint: EndpointId
    event: TriggerId
    event_type: str
    position: Position
    shard: int
    occurred_at: datetime
    format: Format = Format.STANDARD
    attempt: int = 1
    promise: bool = False
    round: str = ""
    again: bool = False
    line: str = ""
    due_at: datetime | None = None

    @classmethod
    def of(cls, delivery: Delivery, **more: Any) -> Self:
        """Name the next attempt of a delivery as it stands, or what more is said."""
        known: dict[str, Any] = {
            "team": delivery.team,
            "delivery": delivery.id,
            "endpoint": delivery.endpoint,
            "event": delivery.event,
            "event_type": delivery.event_type,
            "position": delivery.position,
            "shard": delivery.shard,
            "occurred_at": delivery.created_at,
            "format": delivery.format,
            "attempt": len(delivery.attempts) + 1,
            "round": delivery.round,
            "line": delivery.line,
        }
        return cls(**known | more)

    @property
    def name(self) -> str:
        return f"{self.delivery}-{self.attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellEvent:
    """Make an event of our own of what is on record: telling it twice is harmless."""

    team: TeamId
    event: str
    cause: str
    data: JsonText
    told_at: datetime
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return derived(self.team, self.event, self.cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReplay:
    """Send one page of a replay. `accepted_at` is as in `RunTrigger`."""

    team: TeamId
    replay: ReplayId
    page: int
    accepted_at: datetime
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.replay}-{self.page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookReward:
    """Book what a conversion earns. `trigger` is its `conversion.created`, as in `RunTrigger`."""

    team: TeamId
    trigger: TriggerId
    accepted_at: datetime
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"rwd_{self.trigger}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleFulfilment:
    """Say how the delivery of a `fulfilment_pending` ended: it was handed over, or has issues."""

    team: TeamId
    event: TriggerId
    delivery: DeliveryId
    fulfilled: bool
    due_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"ful_{self.delivery}"


type Message = (
    RunTrigger
    | FanOut
    | RunStep
    | EndExecution
    | HearEvent
    | DeliverWebhook
    | TellEvent
    | RunReplay
    | BookReward
    | SettleFulfilment
)
