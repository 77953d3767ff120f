"""Where executions and the events that they wait for meet, in the triggers' table.

pk              sk                               what it holds
AWAIT#<key>     WAITER#<execution>#<step>        an execution that waits, and as which attempt
AWAIT#<key>     EVENT#<milliseconds>#<trigger>   an event that arrived

Only events that some workflow of the team may wait for cost anything here: a write and a read.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from partner_events.aws.table import Table
from partner_events.domain.admission import ExecutionRef
from partner_events.domain.awaiting import Arrival, Waiter
from partner_events.domain.ids import ExecutionId, TriggerId
from partner_events.domain.timestamps import from_milliseconds, milliseconds

DAY = timedelta(days=1)


class DynamoWaiterStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def wait(self, waiter: Waiter, *, until: datetime) -> None:
        pk, sk = _key(waiter)
        self._table.put(
            {
                "pk": pk,
                "sk": sk,
                "trigger": waiter.ref.trigger,
                "execution": waiter.ref.execution,
                "page": waiter.ref.page,
                "step": waiter.step,
                "attempt": waiter.attempt,
                "ttl": int((until + DAY).timestamp()),
            }
        )

    def waiting(self, key: str) -> Sequence[Waiter]:
        return [
            Waiter(
                key=key,
                ref=ExecutionRef(
                    trigger=TriggerId(row["trigger"]),
                    execution=ExecutionId(row["execution"]),
                    page=row.get("page"),
                ),
                step=row["step"],
                attempt=row["attempt"],
            )
            for row in self._table.all(f"AWAIT#{key}", "WAITER#")
        ]

    def arrive(self, key: str, arrival: Arrival) -> None:
        self._table.put(
            {
                "pk": f"AWAIT#{key}",
                "sk": f"{_moment(arrival.at)}#{arrival.trigger}",
                "trigger": arrival.trigger,
                "contact": arrival.contact,
                "at_ms": milliseconds(arrival.at),
                "ttl": int((arrival.at + DAY).timestamp()),
            }
        )

    def arrived(self, key: str, *, since: datetime) -> Sequence[Arrival]:
        rows = self._table.between(f"AWAIT#{key}", _moment(since), "EVENT#~")
        return [
            Arrival(
                trigger=TriggerId(row["trigger"]),
                at=from_milliseconds(row["at_ms"]),
                contact=row.get("contact"),
            )
            for row in rows
        ]

    def forget(self, waiter: Waiter) -> None:
        self._table.delete(*_key(waiter))


def _key(waiter: Waiter) -> tuple[str, str]:
    return f"AWAIT#{waiter.key}", f"WAITER#{waiter.ref.execution}#{waiter.step}"


def _moment(at: datetime) -> str:
    return f"EVENT#{milliseconds(at):015}"
