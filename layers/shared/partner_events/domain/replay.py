"""A replay: deliveries that somebody ordered to be sent once more, as many as there may be.

The same kind of job releases or discards what an endpoint holds. It goes on page by page; what
it did stands behind its cursor, so that it can be killed anywhere, and cancelled at any page.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.endpoint import covers
from partner_events.domain.ids import EndpointId, ReplayId, TeamId

PREFIX = "rpl_"

# What is replayed if nobody says: all but what was delivered, which only an explicit order
# sends twice, and events that never had a delivery, say because the endpoint came later.
UNDELIVERED = frozenset(DeliveryStatus) - {DeliveryStatus.DELIVERED}


class ReplayKind(StrEnum):
    REPLAY = "replay"
    RELEASE = "release"
    DISCARD = "discard"


class ReplayStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"  # by our own fault; what it had sent is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`since` and `until` are times of events; `types` are patterns, none for every type.

    `matched` and `sent` count what was found so far, and what of it was sent or discarded; a
    `dry_run` only counts. `cursor` is where the next page begins, and `page` its number.
    """

    id: ReplayId
    team: TeamId
    endpoint: EndpointId
    kind: ReplayKind
    since: datetime
    until: datetime
    created_at: datetime
    types: tuple[str, ...] = ()
    statuses: frozenset[DeliveryStatus] = UNDELIVERED
    dry_run: bool = False
    status: ReplayStatus = ReplayStatus.RUNNING
    matched: int = 0
    sent: int = 0
    cursor: str | None = None
    page: int = 0
    finished_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.status is ReplayStatus.RUNNING

    @property
    def round(self) -> str:
        """Name the round that it begins: its id sorts by time."""
        return self.id.removeprefix(PREFIX)

    @property
    def again(self) -> bool:
        return DeliveryStatus.DELIVERED in self.statuses

    @property
    def reads_the_log(self) -> bool:
        """Tell whether it is for events without a delivery on record, too."""
        return DeliveryStatus.PENDING in self.statuses

    def wants_type(self, event_type: str) -> bool:
        return not self.types or any(covers(each, event_type) for each in self.types)

    def advanced(self, *, matched: int, sent: int, cursor: str | None, now: datetime) -> Self:
        """Turn to the next page; without a cursor there is none."""
        on = replace(
            self,
            matched=self.matched + matched,
            sent=self.sent + sent,
            cursor=cursor,
            page=self.page + 1,
        )
        return on if cursor is not None else on.ended(ReplayStatus.COMPLETED, now=now)

    def ended(self, status: ReplayStatus, *, now: datetime) -> Self:
        return replace(self, status=status, finished_at=now)
