"""Put a segment: make it, or let another rule say who is in it from now on."""

from datetime import datetime

from partner_events.directory_ports import SegmentStore
from partner_events.domain.ids import TeamId
from partner_events.domain.rules import Rule
from partner_events.domain.segment import Segment


def put_segment(
    key: str, *, name: str, rule: Rule, team: TeamId, now: datetime, segments: SegmentStore
) -> tuple[Segment, bool]:
    """Return the segment as it stands now, and whether it is new."""
    current = segments.get(team, key)
    segment = Segment(
        team=team,
        key=key,
        name=name,
        rule=rule,
        created_at=current.created_at if current else now,
        updated_at=now,
    )
    segments.put(segment)
    return segment, current is None
