"""A dispatcher that keeps what it is given, until the test hands it out."""

from collections.abc import Sequence
from datetime import datetime

from partner_events.domain.messages import Message


class RecordingDispatcher:
    """`sent` holds every message in its order, with its `due_at`."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.withdrawn: list[Message] = []

    def send(self, message: Message, *, now: datetime) -> str:  # noqa: ARG002
        self.sent.append(message)
        return f"job-{len(self.sent)}"

    def send_all(self, messages: Sequence[Message], *, now: datetime) -> None:  # noqa: ARG002
        self.sent.extend(messages)

    def withdraw(self, message: Message) -> None:
        self.withdrawn.append(message)
