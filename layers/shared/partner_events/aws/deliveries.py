"""Deliveries on DynamoDB.

pk               sk          what it holds
DELIVERY#<id>    DELIVERY    a delivery with its attempts; `made` counts them

Index `by_endpoint` lists an endpoint's deliveries by time: pk `endpoint`, sk `created`.
"""

from datetime import datetime, timedelta

from partner_events.aws.items import Row
from partner_events.aws.table import NEW, ConditionFailed, Table
from partner_events.domain.delivery import Attempt, Delivery, DeliveryStatus
from partner_events.domain.endpoint import Format
from partner_events.domain.ids import DeliveryId, EndpointId, Position, TeamId, TriggerId
from partner_events.domain.timestamps import format_timestamp, from_milliseconds, milliseconds
from partner_events.ports import AlreadyThere

KEPT_FOR = timedelta(days=30)


class DynamoDeliveryStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, id: DeliveryId) -> Delivery | None:
        row = self._table.get(f"DELIVERY#{id}", "DELIVERY")
        return _delivery(row) if row else None

    def save(self, delivery: Delivery, *, attempts_before: int) -> None:
        try:
            if attempts_before == 0:
                self._table.put(_row(delivery), only_if=NEW)
            else:
                self._table.put(
                    _row(delivery),
                    only_if="made = :made AND #status = :retrying",
                    made=attempts_before,
                    retrying=DeliveryStatus.RETRYING.value,
                )
        except ConditionFailed as error:
            raise AlreadyThere(delivery.id) from error


def _row(delivery: Delivery) -> Row:
    return {
        "pk": f"DELIVERY#{delivery.id}",
        "sk": "DELIVERY",
        "team": delivery.team,
        "endpoint": delivery.endpoint,
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
        "ttl": int((delivery.created_at + KEPT_FOR).timestamp()),
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
        endpoint=EndpointId(row["endpoint"]),
        event=TriggerId(row["event"]),
        event_type=row["event_type"],
        position=Position(row["position"]),
        shard=row["shard"],
        format=Format(row.get("format", Format.STANDARD)),
        created_at=from_milliseconds(row["created_ms"]),
        status=DeliveryStatus(row["status"]),
        attempts=tuple(
            Attempt(
                at=from_milliseconds(each["at_ms"]),
                duration=timedelta(milliseconds=each["duration_ms"]),
                url=each["url"],
                status_code=each.get("status_code"),
                error=each.get("error"),
                response=each.get("response", b""),
                retry_after=_duration(each.get("retry_after_ms")),
            )
            for each in row["attempts"]
        ),
        next_attempt_at=from_milliseconds(row["next_ms"]) if "next_ms" in row else None,
        failure=row.get("failure"),
        test=row.get("test", False),
    )


def _ms(instant: datetime | None) -> int | None:
    return milliseconds(instant) if instant else None


def _duration_ms(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(milliseconds=1)


def _duration(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(milliseconds=count)
