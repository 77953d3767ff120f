"""Which whitespace around a tag is not output: `~` takes all of it, and a block tag or a comment
that has a line to itself takes that line. The rules are those of Handlebars."""

import re

from partner_events.domain.template_nodes import Block, Comment, Node, Output, Text

_SPACE = r"[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
_ALL_BEFORE = re.compile(f"{_SPACE}+\\Z")
_ALL_AFTER = re.compile(f"{_SPACE}+")
_LINE_BEFORE = re.compile(r"[ \t]+\Z")
_LINE_AFTER = re.compile(r"[ \t]*\r?\n?")
_ENDS_LINE = re.compile(f"\\r?\\n{_SPACE}*?\\Z")
_ENDS_LINE_OR_ALL = re.compile(f"(\\A|\\r?\\n){_SPACE}*?\\Z")
_STARTS_LINE = re.compile(f"{_SPACE}*?\\r?\\n")
_STARTS_LINE_OR_ALL = re.compile(f"{_SPACE}*?(\\r?\\n|\\Z)")


def trim(body: list[Node], *, root: bool = True) -> None:
    """Cut the whitespace of a parsed body and all inside it, in place."""
    for index, node in enumerate(body):
        if isinstance(node, Block):
            _trim_inside(node)
            _trim_around_block(body, index, node, root)
        elif isinstance(node, Output | Comment):
            _cut_around(body, index, before=node.open, after=node.close)
            if isinstance(node, Comment) and _alone(body, index, root):
                _cut_after(body, index)
                _cut_before(body, index)


def _trim_around_block(body: list[Node], index: int, block: Block, root: bool) -> None:
    first, last = block.body, block.body if block.inverse is None else block.inverse
    opens_line = _line_follows(first, -1, root=False) and _line_precedes(body, index, root)
    ends = _first_inverse(block) if block.inverse is not None else first
    closes_line = _line_precedes(ends, len(ends), root=False) and _line_follows(body, index, root)
    _cut_around(body, index, before=block.opening[0], after=block.closing[1])
    if opens_line:
        _cut_after(first, -1)
        _cut_before(body, index)
    if closes_line:
        _cut_after(body, index)
        _cut_before(last, len(last))


def _trim_inside(block: Block) -> None:
    trim(block.body, root=False)
    if block.inverse is not None:
        trim(block.inverse, root=False)
    if block.opening[1]:
        _cut_after(block.body, -1, all=True)
    if block.inverse is None:
        if block.closing[0]:
            _cut_before(block.body, len(block.body), all=True)
        return
    first = _first_inverse(block)
    if block.middle[0]:
        _cut_before(block.body, len(block.body), all=True)
    if block.middle[1]:
        _cut_after(first, -1, all=True)
    if block.closing[0]:
        _cut_before(first, len(first), all=True)
    ends = _line_precedes(block.body, len(block.body), root=False)
    if ends and _line_follows(first, -1, root=False):
        _cut_before(block.body, len(block.body))
        _cut_after(first, -1)


def _first_inverse(block: Block) -> list[Node]:
    """Return what follows the first else: of an `else if`, the body of that if."""
    assert block.inverse is not None
    chained = _chained(block)
    return chained.body if chained else block.inverse


def _chained(block: Block) -> Block | None:
    inner = block.inverse[0] if block.inverse else None
    return inner if isinstance(inner, Block) and inner.chained else None


def _alone(body: list[Node], index: int, root: bool) -> bool:
    return _line_precedes(body, index, root) and _line_follows(body, index, root)


def _line_precedes(body: list[Node], index: int, root: bool) -> bool:
    if index == 0:
        return root
    previous = body[index - 1]
    if not isinstance(previous, Text):
        return False
    inside = index > 1 or not root
    return bool((_ENDS_LINE if inside else _ENDS_LINE_OR_ALL).search(previous.original))


def _line_follows(body: list[Node], index: int, root: bool) -> bool:
    if index + 1 >= len(body):
        return root
    following = body[index + 1]
    if not isinstance(following, Text):
        return False
    inside = index + 2 < len(body) or not root
    return bool((_STARTS_LINE if inside else _STARTS_LINE_OR_ALL).match(following.original))


def _cut_around(body: list[Node], index: int, *, before: bool, after: bool) -> None:
    if after:
        _cut_after(body, index, all=True)
    if before:
        _cut_before(body, index, all=True)


def _cut_after(body: list[Node], index: int, *, all: bool = False) -> None:
    node = body[index + 1] if index + 1 < len(body) else None
    if isinstance(node, Text) and (all or not node.cut_right):
        found = (_ALL_AFTER if all else _LINE_AFTER).match(node.text)
        node.cut_right = bool(found and found[0])
        node.text = node.text[found.end() :] if found else node.text


def _cut_before(body: list[Node], index: int, *, all: bool = False) -> None:
    node = body[index - 1] if index > 0 else None
    if isinstance(node, Text) and (all or not node.cut_left):
        found = (_ALL_BEFORE if all else _LINE_BEFORE).search(node.text)
        node.cut_left = bool(found)
        node.text = node.text[: found.start()] if found else node.text
