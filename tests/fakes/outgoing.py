"""Sending to people, in memory."""

from collections.abc import Callable
from datetime import datetime

from partner_events.domain.ids import TeamId
from partner_events.domain.message_template import MessageTemplate
from partner_events.domain.outgoing import Blocked, Channel, Email, Sms
from partner_events.domain.page import Page
from tests.fakes.directory import _page


class Outbox[Message: (Email, Sms)]:
    """Keeps what was sent; `answer` may raise instead of sending."""

    def __init__(self, answer: Callable[[Message], None] = lambda _: None) -> None:
        self.sent: list[Message] = []
        self.answer = answer

    def send(self, message: Message) -> str:
        self.answer(message)
        self.sent.append(message)
        return f"message-{len(self.sent)}"


class InMemorySendRecord:
    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def begin(self, effect: str, *, now: datetime) -> str | None:  # noqa: ARG002
        if effect in self._known:
            return self._known[effect]
        self._known[effect] = ""
        return None

    def sent(self, effect: str, message_id: str) -> None:
        self._known[effect] = message_id

    def refused(self, effect: str) -> None:
        self._known.pop(effect, None)


class InMemorySuppressionList:
    def __init__(self) -> None:
        self._why: dict[tuple[TeamId, Channel, str], Blocked] = {}

    def find(self, team: TeamId, channel: Channel, address: str) -> Blocked | None:
        return self._why.get((team, channel, address.strip().casefold()))

    def add(
        self,
        team: TeamId,
        channel: Channel,
        address: str,
        why: Blocked,
        *,
        now: datetime,  # noqa: ARG002
    ) -> None:
        key = (team, channel, address.strip().casefold())
        if why is not Blocked.UNSUBSCRIBED or key not in self._why:
            self._why[key] = why


class InMemoryTemplateStore:
    def __init__(self) -> None:
        self._templates: dict[tuple[TeamId, str], MessageTemplate] = {}

    def put(self, template: MessageTemplate) -> None:
        self._templates[template.team, template.key] = template

    def get(self, team: TeamId, key: str) -> MessageTemplate | None:
        return self._templates.get((team, key))

    def list(self, team: TeamId, *, limit: int, cursor: str | None) -> Page[MessageTemplate]:
        return _page(self._templates, team, "template", limit, cursor)

    def delete(self, team: TeamId, key: str) -> None:
        self._templates.pop((team, key), None)
