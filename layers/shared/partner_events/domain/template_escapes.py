"""Escape what a template writes for where it goes."""

from collections.abc import Callable
from enum import StrEnum
from urllib.parse import quote


class Destination(StrEnum):
    HTML = "html"
    TEXT = "text"
    HEADER = "header"
    URL = "url"
    JSON = "json"


_HTML = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#x27;",
        "`": "&#x60;",
        "=": "&#x3D;",
    }
)
_CONTROLS = {number: f"\\u{number:04x}" for number in (*range(32), 0x2028, 0x2029)}
_JSON = str.maketrans({**_CONTROLS, '"': '\\"', "\\": "\\\\"})  # fits inside a JSON string
_ONE_LINE = {number: " " for number in (*range(32), 127, 0x85, 0x2028, 0x2029)}


def _html(written: str, raw: bool) -> str:
    return written if raw else written.translate(_HTML)


def _text(written: str, raw: bool) -> str:  # noqa: ARG001 (one shape for all)
    return written


def _header(written: str, raw: bool) -> str:  # noqa: ARG001 (raw text would inject headers)
    return written.translate(_ONE_LINE)


def _url(written: str, raw: bool) -> str:
    return _header(written, raw) if raw else quote(written, safe="", errors="replace")


def _json(written: str, raw: bool) -> str:
    return written if raw else written.translate(_JSON)


ESCAPES: dict[Destination, Callable[[str, bool], str]] = {
    Destination.HTML: _html,
    Destination.TEXT: _text,
    Destination.HEADER: _header,
    Destination.URL: _url,
    Destination.JSON: _json,
}
"""Each takes a value's text, and whether the template asked for it raw with `{{{…}}}`."""
