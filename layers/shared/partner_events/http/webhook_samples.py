"""What a webhook of a documented type looks like: the source documents' own samples."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from partner_events.domain.event import JsonText
from partner_events.jsontext import dumps, loads

ANY_OTHER: Final = JsonText('{"test":true}')


def sample_data(event_type: str) -> JsonText:
    """Find the sample of a type, every digit as the document has it (W-C4)."""
    samples = _samples()
    return dumps(samples[event_type]) if event_type in samples else ANY_OTHER


@cache
def _samples() -> dict[str, Any]:
    read: dict[str, Any] = loads(Path(__file__).with_suffix(".json").read_text())
    return read
