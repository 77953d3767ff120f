"""Patterns of event types, as endpoints and replays name them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from partner_events.domain.event import LONGEST_TYPE


def _pattern(text: str) -> str:
    """Take any text that a partner event's type may be (D-12), but no `*` that means nothing."""
    named = text.removesuffix(".*")
    if text == "*":
        return text
    if not 1 <= len(named) <= LONGEST_TYPE or named.strip() != named or "*" in named:
        raise ValueError(
            f'must be an event type of 1 to {LONGEST_TYPE} characters, a prefix with ".*", or "*"'
        )
    return text


type EventPattern = Annotated[str, AfterValidator(_pattern)]
type EventPatterns = Annotated[list[EventPattern], Field(min_length=1, max_length=50)]
