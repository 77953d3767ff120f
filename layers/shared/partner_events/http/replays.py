"""Replays on the wire; a release and a discarding of what is held show the same."""

from datetime import datetime
from typing import Annotated, TypedDict

from pydantic import BeforeValidator, Field

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.replay import Replay, ReplayKind, ReplayStatus
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.http.bodies import Body
from partner_events.http.event_patterns import EventPattern


def _timestamp(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_timestamp(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("must be an ISO 8601 date and time") from error


type Timestamp = Annotated[datetime, BeforeValidator(_timestamp)]
type Status = Annotated[DeliveryStatus, Field(strict=False)]


class ReplayDeliveriesRequest(Body):
    """The window is of the events' times, `until` not included; now, if it is left out.

    Without `statuses` all is sent that was not delivered, and what never had a delivery, too.
    """

    since: Timestamp
    until: Annotated[datetime | None, BeforeValidator(_timestamp)] = None
    types: Annotated[list[EventPattern], Field(max_length=50)] = []
    statuses: Annotated[list[Status], Field(min_length=1)] | None = None
    dry_run: bool = False


class ReplayReply(TypedDict):
    """`matched` and `sent` count what was found so far, and what of it was sent or discarded."""

    id: str
    endpoint_id: str
    kind: ReplayKind
    status: ReplayStatus
    dry_run: bool
    since: str
    until: str
    types: list[str]
    statuses: list[DeliveryStatus]
    matched: int
    sent: int
    cursor: str | None
    created_at: str
    finished_at: str | None


def replay_reply(replay: Replay) -> ReplayReply:
    return {
        "id": replay.id,
        "endpoint_id": replay.endpoint,
        "kind": replay.kind,
        "status": replay.status,
        "dry_run": replay.dry_run,
        "since": format_timestamp(replay.since),
        "until": format_timestamp(replay.until),
        "types": list(replay.types),
        "statuses": sorted(replay.statuses),
        "matched": replay.matched,
        "sent": replay.sent,
        "cursor": replay.cursor,
        "created_at": format_timestamp(replay.created_at),
        "finished_at": format_timestamp(replay.finished_at) if replay.finished_at else None,
    }
