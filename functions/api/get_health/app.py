"""GET /health: the API answers, and this is its version. Needs no key."""

import json
from typing import Any

from partner_events import VERSION


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"status": "ok", "version": VERSION}),
    }
