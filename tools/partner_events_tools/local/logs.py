"""Follow the logs of all functions, as the emulator's CloudWatch has them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

POLL_EVERY = 1.0
RUNTIME_LINES = ("START RequestId", "END RequestId", "REPORT RequestId")


class FunctionLogs:
    """The emulator's lines have no id to tell new from known ones, but it writes all lines of an
    invocation at once, as a stream of their own: what was seen are streams."""

    def __init__(self, logs: "CloudWatchLogsClient", group: str) -> None:
        self._logs = logs
        self._group = group
        self._since_ms = 0
        self._seen: set[str] = set()

    def follow(self) -> Iterator[str]:
        while True:
            yield from self.new_lines()
            time.sleep(POLL_EVERY)

    def new_lines(self) -> Iterator[str]:
        """Yield the lines that came since the last call, oldest first."""
        for at_ms, message in self._new_events():
            if not message.startswith(RUNTIME_LINES):
                at = datetime.fromtimestamp(at_ms / 1000, UTC)
                yield f"{at:%H:%M:%S} {message.rstrip()}"

    def _new_events(self) -> list[tuple[int, str]]:
        pages = self._logs.get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=self._group, startTime=self._since_ms)
        events = [event for page in found for event in page["events"]]
        new = [event for event in events if event["logStreamName"] not in self._seen]
        self._seen.update(event["logStreamName"] for event in new)
        self._since_ms = max([self._since_ms, *(event["timestamp"] for event in new)])
        return sorted((event["timestamp"], event["message"]) for event in new)
