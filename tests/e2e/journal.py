"""What the functions logged."""

import json
from datetime import datetime
from typing import Any

from partner_events.domain.timestamps import milliseconds
from partner_events_tools.polling import wait_for
from tests.e2e.partner import WITHIN


class Journal:
    def __init__(self, logs: Any, group: str, *, since: datetime) -> None:
        self._logs = logs
        self._where = {"logGroupName": group, "startTime": milliseconds(since)}

    def lines(self, *, count: int, **fields: Any) -> list[dict[str, Any]]:
        """Wait for so many lines with these fields, and return all there are."""

        def enough() -> bool:
            return len(self._lines(fields)) >= count

        wait_for(enough, seconds=WITHIN, every=0.3)
        return self._lines(fields)

    def _lines(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        pages = self._logs.get_paginator("filter_log_events").paginate(**self._where)
        messages = [event["message"] for page in pages for event in page["events"]]
        lines = [json.loads(message) for message in messages if message.startswith("{")]
        return [line for line in lines if fields.items() <= line.items()]
