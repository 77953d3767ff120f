"""Texts that a team keeps for the messages of its workflows."""

from dataclasses import dataclass
from datetime import datetime

from partner_events.domain.ids import TeamId
from partner_events.domain.outgoing import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """Each text is a template's source; an e-mail has a subject and a body, an SMS a text."""

    team: TeamId
    key: str
    channel: Channel
    created_at: datetime
    updated_at: datetime
    subject: str | None = None
    html: str | None = None
    text: str | None = None
