"""Ordered delivery: an endpoint's deliveries that have one key stand in a line, and go in turn.

The line's order is that of the events' positions in the log. Lines never wait for each other,
and an event that lacks the key stands in none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from partner_events.domain.ids import derived

BY_CONTACT = "contact"
BY_LEAD = "lead"
DATA = "data."
LEADS_KEY = "transaction_id"  # what tells of which lead an event's data is

# Who records a delivery as over without having tried it first sends a message for then, which
# frees its line. It is more than a worker lives: the record stands by then, or never will.
RECORDED_BY_THEN = timedelta(minutes=1)


class HeadPolicy(StrEnum):
    """What a delivery that fails does to those behind it."""

    BLOCK = "block"  # they wait until it is delivered, discarded, or its schedule is used up
    SKIP = "skip"  # after some failed attempts they pass, and it is retried beside them


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """`by` is `contact`, `lead`, or a path in what the webhook tells: `data.order.id`."""

    by: str
    policy: HeadPolicy = HeadPolicy.BLOCK
    skip_after: int | None = None

    @property
    def is_by_contact(self) -> bool:
        return self.by == BY_CONTACT

    def lets_pass(self, failures: int) -> bool:
        """Tell whether the others pass one that has failed so often."""
        return self.skip_after is not None and failures >= self.skip_after

    def line_of(self, data: Any, contact: str | None) -> str:
        """Name the line that an event belongs to, "" if it lacks the key."""
        key = contact if self.is_by_contact else _found(data, self._path)
        if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
            return ""
        return derived(self.by, str(key))

    @property
    def _path(self) -> list[str]:
        return [LEADS_KEY] if self.by == BY_LEAD else self.by.removeprefix(DATA).split(".")


def _found(data: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(name)
    return data
