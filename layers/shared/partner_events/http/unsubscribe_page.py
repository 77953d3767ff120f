"""The page behind the link of a marketing e-mail.

Showing it changes nothing, since mail scanners open every link; its button, and the one click
of a mail program (RFC 8058), are a POST.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from html import escape
from http import HTTPStatus
from typing import Any

from partner_events import telemetry
from partner_events.domain.errors import NotFound

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
}
UNKNOWN = "This link is not one of ours, or it was cut off. Please use the whole link."
FAILED = "Something went wrong on our side. Please try again."

type Page = Callable[[str, datetime], str]
type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def page(show: Page) -> Handler:
    """Make an API Gateway handler of what a token and the time lead to."""

    @wraps(show)
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        token = (event.get("pathParameters") or {}).get("token", "")
        try:
            return _answer(HTTPStatus.OK, show(token, datetime.now(UTC)))
        except NotFound:
            return _answer(HTTPStatus.NOT_FOUND, said(UNKNOWN))
        except Exception:
            telemetry.logger.exception("Unsubscribing failed")
            return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, said(FAILED))

    return handler


def asked(address: str) -> str:
    """Ask whether the address shall get no more marketing."""
    return _page(
        f"<p>Send no more marketing e-mail to <b>{escape(address)}</b>?</p>"
        '<form method="post"><button>Unsubscribe</button></form>'
    )


def said(words: str) -> str:
    return _page(f"<p>{escape(words)}</p>")


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Unsubscribe</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        "<style>body{font:16px/1.5 system-ui;max-width:32em;margin:4em auto;padding:0 1em}"
        "button{font:inherit;padding:.5em 1em}</style></head>"
        f"<body><main><h1>Unsubscribe</h1>{body}</main></body></html>"
    )


def _answer(status: HTTPStatus, body: str) -> dict[str, Any]:
    return {"statusCode": status.value, "headers": HEADERS, "body": body}
