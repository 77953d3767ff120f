"""The documented samples of the built-in event types, to try things out with.

`event_samples.json` holds them as they are documented, each in its envelope. It is read when a
sample is asked for: no other request pays for it.
"""

from functools import cache
from pathlib import Path
from typing import Any

from partner_events.domain.event import Event
from partner_events.domain.ids import TeamId
from partner_events.jsontext import dumps, loads


def sample_event(name: str, team: TeamId) -> Event:
    """Make an event with the documented data, if there is any, marked as a test (D-42).

    The mark is metadata, which every format tells and lists can be filtered by.
    """
    sample = event_samples().get(name, {})
    return Event(
        team=team,
        name=name,
        data=dumps(sample.get("payload", sample.get("data", {}))),
        metadata=dumps({**sample.get("metadata", {}), "test": True}),
    )


@cache
def event_samples() -> dict[str, dict[str, Any]]:
    """Return the documented envelopes by event type, with every digit (D-2)."""
    samples: dict[str, dict[str, Any]] = loads(
        Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    )
    return samples
