"""Follow the logs of all functions, as the emulator's CloudWatch has them."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef

POLL_EVERY = 1.0
RUNTIME_LINES = ("START RequestId", "END RequestId", "REPORT RequestId")


class FunctionLogs:
    """The emulator's lines have no id to tell new from known ones, but it writes all lines of an
    invocation at once, as a stream of their own: what was seen are streams."""

    def __init__(self, logs: "CloudWatchLogsClient", functions: Mapping[str, str]) -> None:
        self._logs = logs
        self._functions = functions
        self._since_ms = dict.fromkeys(functions, 0)
        self._seen: set[str] = set()

    def follow(self) -> Iterator[str]:
        while True:
            yield from self.new_lines()
            time.sleep(POLL_EVERY)

    def new_lines(self) -> Iterator[str]:
        """Yield the lines that came since the last call, oldest first."""
        found = [event for name in self._functions for event in self._new_events(name)]
        for at_ms, name, message in sorted(found, key=lambda event: event[0]):
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            yield f"{at:%H:%M:%S} {name.removesuffix('Function')}  {message.rstrip()}"

    def _new_events(self, name: str) -> Iterator[tuple[int, str, str]]:
        events = [event for event in self._events(name) if event["logStreamName"] not in self._seen]
        self._seen.update(event["logStreamName"] for event in events)
        for event in events:
            self._since_ms[name] = max(self._since_ms[name], event["timestamp"])
            if not event["message"].startswith(RUNTIME_LINES):
                yield event["timestamp"], name, event["message"]

    def _events(self, name: str) -> "list[FilteredLogEventTypeDef]":
        group = f"/aws/lambda/{self._functions[name]}"
        pages = self._logs.get_paginator("filter_log_events")
        try:
            found = pages.paginate(logGroupName=group, startTime=self._since_ms[name])
            return [event for page in found for event in page["events"]]
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # it has not run yet
