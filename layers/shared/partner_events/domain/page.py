"""Lists are read page by page."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """`cursor` continues the list after this page; it is None at the end."""

    items: Sequence[Item]
    cursor: str | None
