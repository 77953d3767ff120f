"""What the life of deliveries needs, as promises: health, limits, lists and replays."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from partner_events.domain.delivery import ListedDelivery
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.ids import EndpointId, ReplayId, TeamId
from partner_events.domain.messages import DeliverWebhook

if TYPE_CHECKING:
    from partner_events.domain.replay import Replay


class HealthStore(Protocol):
    def get(self, team: TeamId, endpoint: EndpointId) -> EndpointHealth:
        """Read an endpoint's health; one that nothing is known of is in good health."""

    def get_all(
        self, team: TeamId, endpoints: Sequence[EndpointId]
    ) -> Mapping[EndpointId, EndpointHealth]:
        """Read the health of at most 100 endpoints in one call."""

    def save(self, health: EndpointHealth, *, previous: EndpointHealth) -> None:
        """Replace `previous`, or raise `AlreadyThere` if another worker was faster."""

    def held(self, team: TeamId, endpoint: EndpointId) -> int:
        """Count the deliveries that are held; one of a moment ago may be missing."""


class DeliveryList(Protocol):
    def walk(
        self,
        endpoints: Sequence[EndpointId],
        *,
        since: datetime,
        until: datetime,
        held: bool | None,
        newest_first: bool,
        cursor: str | None,
        at_once: int,
    ) -> Iterator[tuple[ListedDelivery, str]]:
        """Walk the deliveries of endpoints by the time of their events, each with its cursor.

        `held` says whether only those that are held or only the others are wanted. They are
        read `at_once` by `at_once`; what was recorded a moment ago may be missing, or look as
        it did before. Raises `InvalidInput` for a cursor that is not one of ours.
        """


class ReplayStore(Protocol):
    def add(self, replay: "Replay") -> None:
        """Commit a replay. Repeating the call is harmless."""

    def get(self, id: ReplayId) -> "Replay | None": ...

    def save(self, replay: "Replay", *, previous: "Replay") -> None:
        """Replace `previous`, or raise `AlreadyThere` if it is at another page, or over."""


class EndpointPace(Protocol):
    """What all environments together may send to an endpoint."""

    def take_token(self, endpoint: EndpointId, *, rate: int, now: datetime) -> bool:
        """Take one of the `rate` tokens of this second of the clock, if there is one left."""

    def take_slot(
        self, endpoint: EndpointId, *, of: int, now: datetime, until: datetime
    ) -> int | None:
        """Take a slot that nobody holds, until it is freed or the time is over; None if all
        `of` them are held.
        """

    def free_slot(self, endpoint: EndpointId, slot: int, *, until: datetime) -> None:
        """Free a slot, unless the time was over and somebody else holds it by now."""

    def next_turn(
        self, endpoint: EndpointId, *, step: timedelta, earliest: datetime, latest: datetime
    ) -> datetime | None:
        """Give out the next turn, a `step` after the last one; None if it is after `latest`."""


class Lines(Protocol):
    """Where the deliveries of one endpoint and key stand in line, by their events' positions."""

    def enter(self, places: Sequence[DeliverWebhook], *, now: datetime) -> None:
        """Put deliveries in their lines, for two weeks and for their rounds; not for an earlier
        round than one stands there for. Repeating the call is harmless.
        """

    def leave(self, place: DeliverWebhook) -> None:
        """Take a delivery out, unless it stands there for a later round by now."""

    def before(self, place: DeliverWebhook) -> DeliverWebhook | None:
        """Find who stands right before a place, as of now: the message that it entered with."""

    def after(self, place: DeliverWebhook) -> DeliverWebhook | None:
        """Find who stands right behind a place, as of now."""
