"""What sending to people needs from the world, beside `ports`."""

from datetime import datetime
from typing import Protocol

from partner_events.domain.ids import TeamId
from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Blocked, Channel, Email, Sms
from partner_events.domain.page import Page


class NotSent(Exception):
    """The message was refused, and surely not sent; `final` if it would be again."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class MaybeSent(Exception):
    """No answer came: nobody knows whether the message was sent."""


class Mailer(Protocol):
    def send(self, email: Email) -> str:
        """Hand an e-mail over, once, and return its id. Raises `NotSent` or `MaybeSent`."""


class Texter(Protocol):
    def send(self, sms: Sms) -> str:
        """Hand a text message over, once, and return its id. Raises `NotSent` or `MaybeSent`."""


class SendRecord(Protocol):
    """What became of each message that goes out at most once."""

    def begin(self, effect: str, *, now: datetime) -> str | None:
        """Take the right to send; None if it is ours, else what is known of an earlier try.

        That is the id of the message if it was sent, and empty if that is unknown.
        """

    def sent(self, effect: str, message_id: str) -> None: ...

    def refused(self, effect: str) -> None:
        """Give the right back: it was surely not sent."""


class TemplateStore(Protocol):
    def put(self, template: MessageTemplate) -> None: ...

    def get(self, team: TeamId, key: str) -> MessageTemplate | None: ...

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[MessageTemplate]: ...

    def delete(self, team: TeamId, key: str) -> None: ...


class SuppressionList(Protocol):
    def find(self, team: TeamId, channel: Channel, address: str) -> Blocked | None: ...

    def add(
        self, team: TeamId, channel: Channel, address: str, why: Blocked, *, now: datetime
    ) -> None:
        """Put an address on the list; the graver reason stays."""
