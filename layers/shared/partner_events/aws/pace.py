"""The limits of endpoints on DynamoDB, in the deliveries' table; an endpoint without any has
no rows.

pk                  sk                 what it holds
RATE#<endpoint>     <window start>     how many tokens of that second are taken (see `rates`)
PACE#<endpoint>     SLOTS              until when each slot (`s0`, `s1`, …) is held
PACE#<endpoint>     TURNS              when the turn after the last one given out is
"""

from contextlib import suppress
from datetime import datetime, timedelta
from random import randrange

from partner_events.aws.items import Row
from partner_events.aws.rates import DynamoTokenCounter
from partner_events.aws.table import ConditionFailed, Table
from partner_events.domain.ids import EndpointId
from partner_events.domain.rate_limit import Window
from partner_events.domain.timestamps import from_milliseconds, milliseconds

SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)
KEPT_FOR = timedelta(hours=1)
TRIES = 3  # at a slot that looked free; then others are that quick that all may be held
FREE = "attribute_not_exists({slot}) OR {slot} <= :now"


class DynamoEndpointPace:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._tokens = DynamoTokenCounter(table)

    def take_token(self, endpoint: EndpointId, *, rate: int, now: datetime) -> bool:
        window = Window.around(now, SECOND)
        return self._tokens.lease(endpoint, window, count=1, limit=rate)[0]

    def take_slot(
        self, endpoint: EndpointId, *, of: int, now: datetime, until: datetime
    ) -> int | None:
        """Try one by chance; if it is held, the refusal says which others are free."""
        slot: int | None = randrange(of)
        for _ in range(TRIES):
            if slot is None:
                return None
            try:
                self._table.update(
                    f"PACE#{endpoint}",
                    "SLOTS",
                    f"SET s{slot} = :until, #ttl = :ttl",
                    only_if=FREE.format(slot=f"s{slot}"),
                    now=milliseconds(now),
                    until=milliseconds(until),
                    ttl=int((until + KEPT_FOR).timestamp()),
                )
            except ConditionFailed as error:
                slot = _free_slot(error.row or {}, of, milliseconds(now))
            else:
                return slot
        return None

    def free_slot(self, endpoint: EndpointId, slot: int, *, until: datetime) -> None:
        with suppress(ConditionFailed):  # its time was over
            self._table.update(
                f"PACE#{endpoint}",
                "SLOTS",
                f"REMOVE s{slot}",
                only_if=f"s{slot} = :until",
                until=milliseconds(until),
            )

    def next_turn(
        self, endpoint: EndpointId, *, step: timedelta, earliest: datetime, latest: datetime
    ) -> datetime | None:
        first, last = milliseconds(earliest), milliseconds(latest)
        width = max(1, step // MILLISECOND)
        standing: int | None = first  # mostly there is a backlog, and a next turn in it
        while True:
            behind = standing is None or standing < first
            change, only_if = (
                (":first + :width", "attribute_not_exists(next_ms) OR next_ms < :first")
                if behind
                else ("next_ms + :width", "next_ms BETWEEN :first AND :last")
            )
            try:
                row = self._table.update(
                    f"PACE#{endpoint}",
                    "TURNS",
                    f"SET next_ms = {change}, #ttl = :ttl",
                    only_if=only_if,
                    first=first,
                    width=width,
                    ttl=int((latest + KEPT_FOR).timestamp()),
                    **({} if behind else {"last": last}),
                )
            except ConditionFailed as error:
                standing = error.row["next_ms"] if error.row else None
                if standing is not None and standing > last:
                    return None
            else:
                return from_milliseconds(row["next_ms"] - width)


def _free_slot(row: Row, of: int, now_ms: int) -> int | None:
    free = [slot for slot in range(of) if row.get(f"s{slot}", now_ms) <= now_ms]
    return free[randrange(len(free))] if free else None
