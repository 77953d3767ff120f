"""Segments on the wire."""

import re
from typing import Annotated, Any, TypedDict

from pydantic import Field

from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.rules import Rule, parse_rule
from partner_events.domain.segment import ROOTS, Segment
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)


class PutSegmentRequest(Body):
    """The key is the path's; a body may repeat it, as our own answers do."""

    key: str | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    rule: Any

    def parsed_rule(self) -> Rule:
        """Raises `InvalidRule` with every problem."""
        return parse_rule(self.rule, at="rule", roots=ROOTS)


def checked_key(in_path: str, in_body: str | None) -> str:
    """Return the key of the path. Raises `InvalidInput`."""
    if in_body not in (None, in_path):
        raise _invalid("must be the one in the path")
    if not _KEY.fullmatch(in_path):
        raise _invalid("must be 1 to 64 of a-z 0-9 _ - and begin with a letter")
    return in_path


def _invalid(what: str) -> InvalidInput:
    return InvalidInput(f"key {what}", [FieldProblem("key", what)])


class SegmentReply(TypedDict):
    key: str
    name: str
    rule: Any
    created_at: str
    updated_at: str


def segment_reply(segment: Segment) -> SegmentReply:
    return {
        "key": segment.key,
        "name": segment.name,
        "rule": segment.rule.source,
        "created_at": format_timestamp(segment.created_at),
        "updated_at": format_timestamp(segment.updated_at),
    }
