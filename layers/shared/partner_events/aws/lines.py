"""The lines of ordered endpoints on DynamoDB, in the deliveries' table.

pk                        sk                         what it holds
LINE#<endpoint>#<line>    <position>#<delivery>      a delivery that stands there: its message

Two weeks are more than a delivery that goes on can take, and less than its record is kept: one
that is held for longer loses its place, and nothing else.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from partner_events.aws.messages import from_text, to_text
from partner_events.aws.table import ConditionFailed, Table
from partner_events.domain.messages import DeliverWebhook

KEPT_FOR = timedelta(days=14)
FIRST, LAST = "0", "g"  # positions are hexadecimal
NOT_FOR_A_LATER_ROUND = "attribute_not_exists(pk) OR #round <= :round"


class DynamoLines:
    def __init__(self, table: Table) -> None:
        self._table = table

    def enter(self, places: Sequence[DeliverWebhook], *, now: datetime) -> None:
        for place in places:
            pk, sk = _key(place)
            row = {
                "pk": pk,
                "sk": sk,
                "message": to_text(place),
                "round": place.round,
                "ttl": int((now + KEPT_FOR).timestamp()),
            }
            with suppress(ConditionFailed):
                self._table.put(row, only_if=NOT_FOR_A_LATER_ROUND, round=place.round)

    def leave(self, place: DeliverWebhook) -> None:
        with suppress(ConditionFailed):
            self._table.delete(*_key(place), only_if=NOT_FOR_A_LATER_ROUND, round=place.round)

    def before(self, place: DeliverWebhook) -> DeliverWebhook | None:
        return self._next(place, FIRST, place.position, forward=False)

    def after(self, place: DeliverWebhook) -> DeliverWebhook | None:
        return self._next(place, f"{place.position}~", LAST, forward=True)

    def _next(
        self, place: DeliverWebhook, first: str, last: str, *, forward: bool
    ) -> DeliverWebhook | None:
        pk, _ = _key(place)
        rows, _ = self._table.stretch(pk, first, last, Limit=1, ScanIndexForward=forward)
        return _message(rows[0]["message"]) if rows else None


def _key(place: DeliverWebhook) -> tuple[str, str]:
    return f"LINE#{place.endpoint}#{place.line}", f"{place.position}#{place.delivery}"


def _message(text: str) -> DeliverWebhook:
    message = from_text(text)
    assert isinstance(message, DeliverWebhook)
    return message
