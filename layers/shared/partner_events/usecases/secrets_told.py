"""The secrets that a webhook's body tells its receiver, who may echo them (F-14)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from partner_events.domain.redaction import SECRET_FIELDS, redacted
from partner_events.domain.webhook import WebhookAnswer
from partner_events.jsontext import dumps, reread


def without_secrets(answer: WebhookAnswer, *, told: bytes) -> WebhookAnswer:
    """Take out of an answer what the body that it answers told in confidence."""
    return replace(answer, excerpt=redacted(answer.excerpt, secrets_told(told)))


def secrets_told(body: bytes) -> list[str]:
    """Find the values of secret fields, as they are and as JSON writes them."""
    if not any(name.encode() in body for name in SECRET_FIELDS):
        return []
    found = [each for each in _values(reread(body.decode())) if isinstance(each, str) and each]
    return [form for each in found for form in (each, dumps(each)[1:-1])]


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in SECRET_FIELDS:
                yield inner
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
