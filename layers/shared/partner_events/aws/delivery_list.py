"""Lists of deliveries, by the index `by_endpoint`: see `deliveries` for its keys.

Several endpoints' deliveries are merged, so that a team's need no index of their own. A cursor
is a place in that order: a time, a partition of the index, and a delivery in it. What shares a
time is in the order of the partitions, and then of the index.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, Any, Self

from partner_events.aws.deliveries import index_key
from partner_events.aws.items import Row, from_item, to_item
from partner_events.domain.delivery import DeliveryStatus, ListedDelivery
from partner_events.domain.errors import InvalidInput
from partner_events.domain.ids import DeliveryId, EndpointId, TeamId
from partner_events.domain.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MILLISECOND = timedelta(milliseconds=1)
IN_WINDOW = "endpoint = :partition AND created BETWEEN :since AND :until"


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    created: str
    partition: str
    pk: str

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(row["created"], row["endpoint"], row["pk"])

    @classmethod
    def read(cls, cursor: str) -> Self:
        try:
            text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            created, partition, pk = text.split("|")
            parse_timestamp(created)
        except ValueError as error:
            raise InvalidInput("cursor is not one that this list returned") from error
        if not partition or not pk:
            raise InvalidInput("cursor is not one that this list returned")
        return cls(created, partition, pk)

    @property
    def cursor(self) -> str:
        text = f"{self.created}|{self.partition}|{self.pk}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @property
    def key(self) -> dict[str, Any]:
        return to_item(
            {"endpoint": self.partition, "created": self.created, "pk": self.pk, "sk": "DELIVERY"}
        )


class DynamoDeliveryList:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

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
        wanted = (False, True) if held is None else (held,)
        partitions = [index_key(each, held=are) for each in endpoints for are in wanted]
        place = _Place.read(cursor) if cursor is not None else None
        streams = [
            self._stream(each, since, until, newest_first, place, at_once) for each in partitions
        ]
        rows = merge(*streams, key=_in_time, reverse=newest_first)
        return ((_listed(row), _Place.of(row).cursor) for row in rows)

    def _stream(
        self,
        partition: str,
        since: datetime,
        until: datetime,
        newest_first: bool,
        place: _Place | None,
        at_once: int,
    ) -> Iterator[Row]:
        """Read one partition on from a place, which may be in another."""
        query: dict[str, Any] = {}
        if place is not None:
            at = parse_timestamp(place.created)
            here = place.partition == partition
            if here and since <= at <= until:
                query["ExclusiveStartKey"] = place.key
            passed = (partition > place.partition) is newest_first
            step = MILLISECOND if passed and not here else timedelta()
            since, until = (
                (since, min(until, at - step)) if newest_first else (max(since, at + step), until)
            )
        window = {":since": format_timestamp(since), ":until": format_timestamp(until)}
        while since <= until:
            found = self._client.query(
                TableName=self._table,
                IndexName="by_endpoint",
                KeyConditionExpression=IN_WINDOW,
                ExpressionAttributeValues=to_item({":partition": partition, **window}),
                ScanIndexForward=not newest_first,
                Limit=at_once,
                **query,
            )
            yield from map(from_item, found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            query["ExclusiveStartKey"] = found["LastEvaluatedKey"]


def _in_time(row: Row) -> tuple[str, str]:
    return row["created"], row["endpoint"]


def _listed(row: Row) -> ListedDelivery:
    return ListedDelivery(
        id=DeliveryId(row["pk"].removeprefix("DELIVERY#")),
        team=TeamId(row["team"]),
        event_type=row["event_type"],
        status=DeliveryStatus(row["status"]),
        created_at=parse_timestamp(row["created"]),
    )
