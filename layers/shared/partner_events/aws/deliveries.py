"""Deliveries on DynamoDB.

pk               sk          what it holds
DELIVERY#<id>    DELIVERY    a delivery with its attempts; `made` counts them

Index `by_endpoint` lists an endpoint's deliveries by time: pk `endpoint`, sk `created`. While
one is held its `endpoint` is `<id>#held`, so that what waits can be found and counted without
an index of its own. See `endpoint_health` for the endpoints' own rows, and `lines` for
those of ordered ones.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from partner_events.aws.endpoint_health import health_key, health_of
from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table
from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.endpoint import Format
from partner_events.domain.endpoint_health import EndpointHealth
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId
from partner_events.domain.timestamps import format_timestamp, from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

KEPT_FOR = timedelta(days=30)  # after the last attempt
HELD = "#held"
AS_IT_STOOD = "made = :made AND #status = :status AND "
IN_ITS_ROUND = AS_IT_STOOD + "#round = :round"
IN_ITS_FIRST_ROUND = AS_IT_STOOD + "attribute_not_exists(#round)"


class DynamoDeliveryStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, id: DeliveryId) -> Delivery | None:
        row = self._table.get(*_key(id))
        return _delivery(row) if row else None

    def get_all(self, ids: Sequence[DeliveryId]) -> list[Delivery]:
        if not ids:
            return []
        rows = self._table.get_many([_key(id) for id in dict.fromkeys(ids)])
        found = {delivery.id: delivery for delivery in map(_delivery, rows)}
        return [found[id] for id in ids if id in found]

    def find(
        self, id: DeliveryId, *, team: TeamId, endpoint: EndpointId
    ) -> tuple[Delivery | None, EndpointHealth]:
        rows = self._table.get_many([_key(id), health_key(team, endpoint)])
        found = {row["sk"]: row for row in rows}
        delivery = _delivery(found["DELIVERY"]) if "DELIVERY" in found else None
        return delivery, health_of(team, endpoint, found.get("HEALTH"))

    def save(self, delivery: Delivery, *, standing: Delivery | None) -> None:
        row = _row(delivery)
        try:
            if standing is None:
                self._table.put(row, only_if=NEW)
                return
            values = {"made": len(standing.attempts), "status": standing.status.value}
            if standing.round:
                self._table.put(row, only_if=IN_ITS_ROUND, **values, round=standing.round)
            else:
                self._table.put(row, only_if=IN_ITS_FIRST_ROUND, **values)
        except ConditionFailed as error:
            raise AlreadyThere(delivery.id) from error


def index_key(endpoint: EndpointId, *, held: bool) -> str:
    return f"{endpoint}{HELD}" if held else endpoint


def _key(id: DeliveryId) -> tuple[str, str]:
    return f"DELIVERY#{id}", "DELIVERY"


def _row(delivery: Delivery) -> Row:
    pk, sk = _key(delivery.id)
    last = delivery.attempts[-1].at if delivery.attempts else delivery.created_at
    return {
        "pk": pk,
        "sk": sk,
        "team": delivery.team,
        "endpoint": index_key(delivery.endpoint, held=delivery.status is DeliveryStatus.HELD),
        "event": delivery.event,
        "event_type": delivery.event_type,
        "position": delivery.position,
        "shard": delivery.shard,
        "format": delivery.format.value,
        "created": format_timestamp(delivery.created_at),
        "created_ms": milliseconds(delivery.created_at),
        "status": delivery.status.value,
        "made": len(delivery.attempts),
        "attempts": [_attempt_row(attempt) for attempt in delivery.attempts],
        "next_ms": _ms(delivery.next_attempt_at),
        "failure": delivery.failure,
        "test": delivery.test or None,
        "round": delivery.round or None,
        "earlier": delivery.earlier or None,
        "line": delivery.line or None,
        "in_line": delivery.in_line or None,
        "ttl": int((max(last, delivery.created_at) + KEPT_FOR).timestamp()),
    }


def _attempt_row(attempt: Attempt) -> Row:
    return {
        "at_ms": milliseconds(attempt.at),
        "duration_ms": _duration_ms(attempt.duration),
        "url": attempt.url,
        "status_code": attempt.status_code,
        "error": attempt.error and str(attempt.error),
        "response": attempt.response or None,
        "retry_after_ms": _duration_ms(attempt.retry_after),
    }


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=DeliveryId(row["pk"].removeprefix("DELIVERY#")),
        team=TeamId(row["team"]),
        endpoint=EndpointId(row["endpoint"].removesuffix(HELD)),
        event=TriggerId(row["event"]),
        event_type=row["event_type"],
        position=Position(row["position"]),
        shard=row["shard"],
        format=Format(row.get("format", Format.STANDARD)),
        created_at=from_milliseconds(row["created_ms"]),
        status=DeliveryStatus(row["status"]),
        attempts=tuple(map(_attempt, row["attempts"])),
        next_attempt_at=from_milliseconds(row["next_ms"]) if "next_ms" in row else None,
        failure=row.get("failure"),
        round=row.get("round", ""),
        earlier=row.get("earlier", 0),
        test=row.get("test", False),
        line=row.get("line", ""),
        in_line=row.get("in_line", False),
    )


def _attempt(row: Row) -> Attempt:
    return Attempt(
        at=from_milliseconds(row["at_ms"]),
        duration=timedelta(milliseconds=row["duration_ms"]),
        url=row["url"],
        status_code=row.get("status_code"),
        error=row.get("error"),
        response=row.get("response", b""),
        retry_after=_duration(row.get("retry_after_ms")),
    )


def _ms(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None


def _duration_ms(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(milliseconds=1)


def _duration(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(milliseconds=count)
