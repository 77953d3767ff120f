"""Lists on the wire: `{<plural>: [...], next_cursor, has_more}`."""

from collections.abc import Callable
from typing import Any, LiteralString

from partner_events.domain.page import Page


class ListReply[Plural: LiteralString, Shown](dict[str, Any]):
    """A page as it is sent: the type says under which name, and what it lists."""


def list_reply[Item, Plural: LiteralString, Shown](
    plural: Plural, page: Page[Item], show: Callable[[Item], Shown]
) -> ListReply[Plural, Shown]:
    return ListReply(
        {
            plural: [show(item) for item in page.items],
            "next_cursor": page.cursor,
            "has_more": page.cursor is not None,
        }
    )
