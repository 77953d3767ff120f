"""Rate counters and uses of keys on DynamoDB, in the triggers' table.

pk               sk                 what it holds
RATE#<name>      <window start>     how many requests all environments have leased together
KEY#<id>         USED               when the key was last used
"""

from datetime import datetime, timedelta

from partner_events.aws.table import ConditionFailed, Table
from partner_events.domain.ids import KeyId
from partner_events.domain.rate_limit import Window
from partner_events.domain.timestamps import from_milliseconds, milliseconds

KEPT_FOR = timedelta(hours=1)  # after the window's end


class DynamoTokenCounter:
    def __init__(self, table: Table) -> None:
        self._table = table

    def lease(self, name: str, window: Window, *, count: int, limit: int) -> tuple[bool, int]:
        first = "attribute_not_exists(granted) OR " if count <= limit else ""
        try:
            row = self._table.update(
                f"RATE#{name}",
                window.start.isoformat(),
                "ADD granted :count SET #ttl = :ttl",
                only_if=f"{first}granted <= :most",
                count=count,
                most=limit - count,
                ttl=int((window.end + KEPT_FOR).timestamp()),
            )
        except ConditionFailed as error:
            return False, error.row["granted"] if error.row else 0
        return True, row["granted"]

    def taken(self, name: str, window: Window) -> int:
        row = self._table.get(f"RATE#{name}", window.start.isoformat())
        return row["granted"] if row else 0


class DynamoKeyUses:
    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, key: KeyId, *, now: datetime) -> None:
        self._table.update(f"KEY#{key}", "USED", "SET used_ms = :now", now=milliseconds(now))

    def last(self, key: KeyId) -> datetime | None:
        row = self._table.get(f"KEY#{key}", "USED")
        return from_milliseconds(row["used_ms"]) if row else None
