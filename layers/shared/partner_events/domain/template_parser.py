"""Parse a template: a subset of Handlebars, in which nothing can be called but our helpers.

{{path}}  {{{path}}}  {{&path}}  {{helper a "b"}}  {{#if}} {{else}} {{else if}} {{/if}}
#unless  #each  #with  (eq a b)  this  ../  @index @key @first @last @root  {{! comment}}
"""

import re
from decimal import Decimal
from typing import NamedTuple

from partner_events.domain.template_nodes import (
    Block,
    Call,
    Comment,
    Expression,
    InvalidTemplate,
    Node,
    Output,
    Path,
    Text,
    Value,
)
from partner_events.domain.template_whitespace import trim

LONGEST = 65_536  # characters
DEEPEST = 20  # blocks in blocks; expressions in expressions
MOST_TAGS = 2_000
BLOCKS = frozenset({"if", "unless", "each", "with"})
HELPERS = {"eq": (2, 2), "ne": (2, 2), "upper": (1, 1), "lower": (1, 1), "default": (2, 2)}
HELPERS["truncate"] = (2, 3)
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}

_TAG = re.compile(
    r"\{\{(?P<open>~?)(?:"
    r"!--(?P<long>[\s\S]*?)--(?P<close1>~?)\}\}"
    r"|!(?!--)(?P<short>[\s\S]*?)(?P<close2>~?)\}\}"
    r"|\{(?P<raw>[^{}]*?)\}(?P<close3>~?)\}\}"
    r"|(?P<kind>[#/&^>*]?)(?P<inside>(?:\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^{}\"'\[])*?)"
    r"(?P<close4>~?)\}\})"
)
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')"""
    r"|(?P<number>-?\d+(?:\.\d+)?(?=[\s)]|\Z))|(?P<open>\()|(?P<close>\))"
    r"|(?P<path>@?(?:\.\./?|\./|\[[^\]]*\]|[^\s!\"#%-,;->@\[-^`{-~])+)"
)
_SEGMENT = re.compile(r"\.\.(?=/|\Z)|\[([^\]]*)\]|([^./\[]+)|([./])")


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str) -> list[Node]:
    """Return the nodes of a template, or raise `InvalidTemplate` with what is wrong and where."""
    if len(text) > LONGEST:
        raise InvalidTemplate(f"is longer than {LONGEST} characters", at=LONGEST)
    nodes = _Parser(text).parse()
    trim(nodes)
    return nodes


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._root: list[Node] = []
        self._open: list[Block] = []  # a chained block lies in the inverse of the one before it
        self._tags = 0

    def parse(self) -> list[Node]:
        at = 0
        while (start := self._text.find("{{", at)) >= 0:
            before = self._text[at:start]
            if before.endswith("\\") and not before.endswith("\\\\"):
                at = self._literal(before, start)
                continue
            self._add_text(before[:-1] if before.endswith("\\\\") else before)
            at = self._tag(start)
        self._add_text(self._text[at:])
        if self._open:
            block = self._open[-1]
            raise InvalidTemplate(f"#{block.helper} is not closed", at=block.at)
        return self._root

    def _literal(self, before: str, start: int) -> int:
        r"""Take what follows `\{{` as text, up to the next tag."""
        self._add_text(before[:-1])
        following = re.compile(r"\\{0,2}\{\{").search(self._text, start + 2)
        end = following.start() if following else len(self._text)
        self._add_text(self._text[start:end])
        return end

    def _add_text(self, text: str) -> None:
        if text:
            self._body.append(Text(text, text))

    @property
    def _body(self) -> list[Node]:
        if not self._open:
            return self._root
        block = self._open[-1]
        return block.body if block.inverse is None else block.inverse

    def _tag(self, start: int) -> int:
        found = _TAG.match(self._text, start)
        self._tags += 1
        if not found:
            raise InvalidTemplate("A tag is not closed", at=start)
        if self._tags > MOST_TAGS:
            raise InvalidTemplate(f"has more than {MOST_TAGS} tags", at=start)
        strips = bool(found["open"]), any(found[f"close{each}"] for each in range(1, 5))
        if found["long"] is not None or found["short"] is not None:
            self._body.append(Comment(*strips))
        elif found["raw"] is not None:
            self._output(found["raw"], found.start("raw"), True, strips)
        else:
            self._dispatch(found["kind"], found["inside"], found.start("inside"), strips)
        return found.end()

    def _dispatch(self, kind: str, inside: str, at: int, strips: tuple[bool, bool]) -> None:
        word, _, rest = inside.strip().partition(" ")
        if kind == "#":
            self._open_block(inside, at, strips)
        elif kind == "/":
            self._close(inside.strip(), at, strips)
        elif kind == "^" and not inside.strip():
            self._else("", at, strips)
        elif kind == "" and word == "else":
            self._else(rest, at, strips)
        elif kind in ("", "&"):
            self._output(inside, at, kind == "&", strips)
        else:
            raise InvalidTemplate(f"{{{{{kind}…}}}} is not supported", at=at)

    def _output(self, inside: str, at: int, raw: bool, strips: tuple[bool, bool]) -> None:
        self._body.append(Output(_expression(inside, at), raw, *strips))

    def _open_block(self, inside: str, at: int, strips: tuple[bool, bool]) -> None:
        if len(self._open) >= DEEPEST:
            raise InvalidTemplate(f"Blocks are nested deeper than {DEEPEST}", at=at)
        block = _block(inside, at)
        block.opening = strips
        self._body.append(block)
        self._open.append(block)

    def _else(self, condition: str, at: int, strips: tuple[bool, bool]) -> None:
        if not self._open or self._open[-1].inverse is not None:
            raise InvalidTemplate("{{else}} stands where no block is open", at=at)
        outer = self._open[-1]
        outer.middle, outer.inverse = strips, []
        if condition:
            self._open_block(condition, at, strips)
            self._open[-1].chained = True

    def _close(self, name: str, at: int, strips: tuple[bool, bool]) -> None:
        while self._open:
            block = self._open.pop()
            # As Handlebars has it, the tag closes only the first `else if` of a longer chain.
            nested = block.chained and self._open[-1].chained
            block.closing = block.opening if nested else strips
            if not block.chained:
                if block.helper != name:
                    raise InvalidTemplate(f"#{block.helper} is closed by /{name}", at=at)
                return
        raise InvalidTemplate(f"/{name} closes nothing", at=at)


def _block(inside: str, at: int) -> Block:
    tokens = _tokens(inside, at)
    helper = tokens.pop(0).text if tokens else ""
    if helper not in BLOCKS:
        raise InvalidTemplate(f"#{helper} is not one of {', '.join(sorted(BLOCKS))}", at=at)
    argument = _one(tokens, at, depth=0) if tokens else None
    if argument is None or tokens:
        raise InvalidTemplate(f"#{helper} takes one argument", at=at)
    return Block(helper, argument, at)


def _expression(inside: str, at: int) -> Expression:
    tokens = _tokens(inside, at)
    if not tokens:
        raise InvalidTemplate("A tag is empty", at=at)
    if tokens[0].text in HELPERS:
        return _call(tokens, at, depth=0, ends=None)
    found = _one(tokens, at, depth=0)
    if tokens:
        raise InvalidTemplate(f"{tokens[0].text!r} is not expected here", at=tokens[0].at)
    return found


def _call(tokens: list[_Token], at: int, *, depth: int, ends: str | None) -> Call:
    helper = tokens.pop(0).text if tokens else ""
    if helper not in HELPERS:
        raise InvalidTemplate(f"{helper!r} is no helper: {', '.join(sorted(HELPERS))}", at=at)
    arguments: list[Expression] = []
    while tokens and tokens[0].kind != ends:
        arguments.append(_one(tokens, at, depth=depth + 1))
    fewest, most = HELPERS[helper]
    if not fewest <= len(arguments) <= most:
        raise InvalidTemplate(f"{helper} takes {fewest} to {most} arguments", at=at)
    return Call(helper, tuple(arguments))


def _one(tokens: list[_Token], at: int, *, depth: int) -> Expression:
    token = tokens.pop(0)
    match token.kind:
        case "text":
            quote = token.text[0]
            return Value(token.text[1:-1].replace(f"\\{quote}", quote))
        case "number":
            return Value(Decimal(token.text))
        case "open" if depth < DEEPEST:
            call = _call(tokens, at, depth=depth, ends="close")
            if not tokens:
                raise InvalidTemplate("A parenthesis is not closed", at=token.at)
            tokens.pop(0)
            return call
        case "path":
            return Value(WORDS[token.text]) if token.text in WORDS else _path(token)
    raise InvalidTemplate(f"{token.text!r} is not expected here", at=token.at)


def _path(token: _Token) -> Path:
    data = token.text.startswith("@")
    names: list[str] = []
    depth = 0
    for found in _SEGMENT.finditer(token.text.removeprefix("@")):
        if found[0] == "..":
            depth += 1
        elif found[3] is None and not (found[0] in ("this", ".") and not names):
            names.append(found[1] if found[1] is not None else found[2])
        if found[0] in ("..", "this") and names:
            raise InvalidTemplate(f"{token.text!r} is no path", at=token.at)
    return Path(token.text, tuple(names), depth, data)


def _tokens(inside: str, at: int) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    while end < len(inside):
        found = _TOKEN.match(inside, end)
        if not found:
            raise InvalidTemplate(f"{inside[end]!r} is not expected here", at=at + end)
        if found.lastgroup != "space":
            tokens.append(_Token(str(found.lastgroup), found[0], at + end))
        end = found.end()
    return tokens
