"""Messages as JSON on the queues: a short kind, ids, and times in milliseconds."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from partner_events.domain.endpoint import Format
from partner_events.domain.messages import (
    BookReward,
    DeliverWebhook,
    EndExecution,
    FanOut,
    HearEvent,
    Message,
    RunReplay,
    RunStep,
    RunTrigger,
    SettleFulfilment,
    TellEvent,
)
from partner_events.domain.timestamps import from_milliseconds, milliseconds

_KINDS: dict[str, type[Message]] = {
    "trigger": RunTrigger,
    "audience": FanOut,
    "step": RunStep,
    "end": EndExecution,
    "hear": HearEvent,
    "delivery": DeliverWebhook,
    "tell": TellEvent,
    "replay": RunReplay,
    "reward": BookReward,
    "settlement": SettleFulfilment,
}
_NAME_OF = {kind: name for name, kind in _KINDS.items()}


def to_text(message: Message) -> str:
    said = {field.name: getattr(message, field.name) for field in fields(message)}
    body = {name: _wire(value) for name, value in said.items() if value is not None}
    return json.dumps({"kind": _NAME_OF[type(message)], **body}, separators=(",", ":"))


def from_text(text: str) -> Message:
    """Read a message; fields of a newer release are ignored, so that old workers go on."""
    body: dict[str, Any] = json.loads(text)
    kind = _KINDS[body["kind"]]
    known = {field.name for field in fields(kind)}
    values = {name: _value(name, value) for name, value in body.items() if name in known}
    if kind in (RunStep, HearEvent):
        values.setdefault("contact", None)
    return kind(**values)


def _wire(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else value


def _value(name: str, value: Any) -> Any:
    if name == "format":
        return Format(value)
    return from_milliseconds(value) if name.endswith("_at") else value
