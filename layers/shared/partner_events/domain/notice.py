"""What a webhook tells, before it is written in the format of its endpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.endpoint import Format
from partner_events.domain.event import EMPTY, JsonText
from partner_events.domain.ids import TeamId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`number` is for the formats that show one; `metadata` is told unless it is empty."""

    team: TeamId
    type: str
    occurred_at: datetime
    data: JsonText
    number: int
    metadata: JsonText = EMPTY


type Envelope = Callable[[Notice, Format], JsonText]
"""Writes a notice in a format."""
