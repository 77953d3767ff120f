"""What a parsed template is made of. Nodes hold no behaviour, and `Text` alone is changed once:
by the whitespace rules, right after parsing."""

from dataclasses import dataclass, field
from decimal import Decimal

type Literal = str | Decimal | bool | None


class InvalidTemplate(ValueError):
    """The text is not a template. `at` counts characters from its start."""

    def __init__(self, problem: str, *, at: int) -> None:
        super().__init__(problem)
        self.at = at


@dataclass(frozen=True, slots=True)
class Path:
    """`../` goes up `depth` contexts; `data` is true for `@index` and its kin."""

    text: str
    names: tuple[str, ...]
    depth: int = 0
    data: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    literal: Literal


@dataclass(frozen=True, slots=True)
class Call:
    helper: str
    arguments: "tuple[Expression, ...]"


type Expression = Path | Value | Call


@dataclass(slots=True)
class Text:
    original: str
    text: str
    cut_left: bool = False
    cut_right: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    open: bool
    close: bool


@dataclass(frozen=True, slots=True)
class Output:
    """`{{…}}`, or `{{{…}}}` when it is raw. `open` and `close` say where a `~` stands."""

    expression: Expression
    raw: bool
    open: bool
    close: bool


@dataclass(slots=True)
class Block:
    """`#if`, `#unless`, `#each` or `#with`; `chained` when it is the inside of an `else if`."""

    helper: str
    argument: Expression
    at: int
    body: "list[Node]" = field(default_factory=list)
    inverse: "list[Node] | None" = None
    chained: bool = False
    # The `~` on both sides of the opening, the else and the closing tag.
    opening: tuple[bool, bool] = (False, False)
    middle: tuple[bool, bool] = (False, False)
    closing: tuple[bool, bool] = (False, False)


type Node = Text | Comment | Output | Block
