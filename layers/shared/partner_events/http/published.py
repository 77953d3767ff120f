"""A document that anybody may read, without a key: made once, and named so that it may be kept."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

KEPT_FOR = 300  # seconds; a new version of the API is known after that


def publish(
    text: str, kind: str, headers: Mapping[str, str] | None = None
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Make an API Gateway handler that answers with the text, or 304 to whoever has it."""
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    common = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={KEPT_FOR}",
        "X-Content-Type-Options": "nosniff",
        **(headers or {}),
    }

    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        if _knows(event, tag):
            return {"statusCode": HTTPStatus.NOT_MODIFIED.value, "headers": common}
        return {
            "statusCode": HTTPStatus.OK.value,
            "headers": {"Content-Type": kind, **common},
            "body": text,
        }

    return handler


def _knows(event: dict[str, Any], tag: str) -> bool:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    known = [each.strip() for each in headers.get("if-none-match", "").split(",")]
    return "*" in known or tag in {each.removeprefix("W/") for each in known}
