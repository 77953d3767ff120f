"""OPTIONS /api/event/*: let browsers call the postback routes from any page (D-28)."""

from http import HTTPStatus
from typing import Any

from partner_events.http.preflight import PREFLIGHT


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    return {"statusCode": HTTPStatus.NO_CONTENT.value, "headers": PREFLIGHT}
