"""Replays, and lists of deliveries, in memory."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

from partner_events.domain.delivery import Delivery, DeliveryStatus, ListedDelivery
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import EndpointId, ReplayId
from partner_events.domain.replay import Replay
from partner_events.domain.timestamps import format_timestamp
from partner_events.ports import AlreadyThere
from tests.fakes.deliveries import InMemoryDeliveryStore


class InMemoryReplayStore:
    def __init__(self) -> None:
        self.replays: dict[ReplayId, Replay] = {}

    def add(self, replay: Replay) -> None:
        self.replays.setdefault(replay.id, replay)

    def get(self, id: ReplayId) -> Replay | None:
        return self.replays.get(id)

    def save(self, replay: Replay, *, previous: Replay) -> None:
        standing = self.get(replay.id)
        if standing is None or not standing.is_running or standing.page != previous.page:
            raise AlreadyThere(replay.id)
        self.replays[replay.id] = replay


class InMemoryDeliveryList:
    def __init__(self, rows: InMemoryDeliveryStore) -> None:
        self._rows = rows

    def walk(
        self,
        endpoints: Sequence[EndpointId],
        *,
        since: datetime,
        until: datetime,
        held: bool | None,
        newest_first: bool,
        cursor: str | None,
        at_once: int,  # noqa: ARG002
    ) -> Iterator[tuple[ListedDelivery, str]]:
        after = _read(cursor) if cursor is not None else None
        found = [
            each
            for each in self._rows.deliveries.values()
            if each.endpoint in endpoints and since <= each.created_at <= until
            if held is None or (each.status is DeliveryStatus.HELD) is held
            if after is None or ((_place(each) < after) if newest_first else _place(each) > after)
        ]
        return (
            (_listed(each), b64encode("|".join(_place(each)).encode()).decode())
            for each in sorted(found, key=_place, reverse=newest_first)
        )


def _place(delivery: Delivery) -> tuple[str, ...]:
    partition = delivery.endpoint + ("#held" if delivery.status is DeliveryStatus.HELD else "")
    return format_timestamp(delivery.created_at), partition, delivery.id


def _read(cursor: str) -> tuple[str, ...]:
    try:
        place = tuple(b64decode(cursor, validate=True).decode().split("|"))
    except ValueError as error:
        raise InvalidInput("cursor is not one that this list returned") from error
    if len(place) != 3:
        raise InvalidInput("cursor is not one that this list returned")
    return place


def _listed(delivery: Delivery) -> ListedDelivery:
    return ListedDelivery(
        id=delivery.id,
        team=delivery.team,
        event_type=delivery.event_type,
        status=delivery.status,
        created_at=delivery.created_at,
    )
