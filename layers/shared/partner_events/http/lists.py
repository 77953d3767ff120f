"""Lists on the wire: `{<plural>: [...], next_cursor, has_more}`."""

from collections.abc import Callable, Mapping
from typing import Any

from partner_events.domain.page import Page


def list_reply[Item](
    plural: str, page: Page[Item], show: Callable[[Item], Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        plural: [show(item) for item in page.items],
        "next_cursor": page.cursor,
        "has_more": page.cursor is not None,
    }
