"""The samples in `events/`: what API Gateway and SQS hand to the functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

SAMPLES = Path(__file__).parents[3] / "events"


@dataclass(frozen=True, slots=True)
class Sample:
    """A request: the headers name the demo team and its key, the body is text as it is sent."""

    name: str
    headers: Mapping[str, str]
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        event = json.loads(path.read_text())
        return cls(path.stem, event["headers"], event["body"])

    @property
    def body(self) -> Any:
        return json.loads(self.text)


def sample(name: str) -> Sample:
    """Read the request of an API function, say `put_workflow`."""
    return Sample.read(SAMPLES / "api" / f"{name}.json")


def sample_events() -> list[Sample]:
    """Read the example events, one for each of the documented kinds."""
    return [Sample.read(path) for path in sorted((SAMPLES / "api" / "send_event").glob("*.json"))]
