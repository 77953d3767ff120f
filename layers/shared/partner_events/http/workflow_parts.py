"""The small things that workflow definitions are made of: durations, templates, rules, names."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WrapValidator

from partner_events.domain.durations import parse_duration, parse_offset
from partner_events.domain.errors import InvalidRule
from partner_events.domain.json_schema import schema_problems
from partner_events.domain.rules import parse_rule
from partner_events.domain.template import InvalidTemplate, Template
from partner_events.http.parts import Place, Wrong, refuse

DURATION = r"P(?=.)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)$"
LONGEST_TEMPLATE = 65_536  # characters
LONGEST_ATTEMPT = timedelta(seconds=30)  # as of a webhook endpoint

# What the variables of a rule may begin with: where an event is matched, in a step, and where
# an event is awaited.
MATCHING = ("event", "contact", "lead", "campaign", "vars", "workflow", "tenant", "now")
RUNNING = (*MATCHING, "steps", "execution")
AWAITING = (*RUNNING, "awaited")


def _duration(text: str) -> str:
    _read(parse_duration, text)
    return text


def _timeout(text: str) -> str:
    if not timedelta(seconds=1) <= _read(parse_duration, text) <= LONGEST_ATTEMPT:
        raise ValueError("must be from PT1S to PT30S")
    return text


def _offset(text: str) -> str:
    _read(parse_offset, text)
    return text


def _read(parse: Callable[[str], timedelta], text: str) -> timedelta:
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"is {error}") from error


def _template(text: str) -> str:
    try:
        Template(text)
    except InvalidTemplate as error:
        raise ValueError(f"is not a template: {error}, at character {error.at + 1}") from error
    return text


def _duration_or_template(text: str) -> str:
    return _template(text) if "{{" in text else _duration(text)


def _templates(value: Any) -> Any:
    refuse(_wrong_templates(value, ()))
    return value


def _wrong_templates(value: Any, at: Place) -> Iterator[Wrong]:
    match value:
        case str():
            if len(value) > LONGEST_TEMPLATE:
                yield at, f"must not be longer than {LONGEST_TEMPLATE} characters"
            else:
                yield from _wrong_template(value, at)
        case dict():
            for name, inner in value.items():
                yield from _wrong_templates(inner, (*at, name))
        case list():
            for index, inner in enumerate(value):
                yield from _wrong_templates(inner, (*at, index))


def _wrong_template(text: str, at: Place) -> Iterator[Wrong]:
    try:
        _template(text)
    except ValueError as error:
        yield at, str(error)


def _rule(roots: tuple[str, ...]) -> WrapValidator:
    def check(given: Any, _: Callable[[Any], Any]) -> Any:
        try:
            parse_rule(given, at="", roots=roots)
        except InvalidRule as error:
            refuse((_below(each.field), each.message) for each in error.details)
        return given

    return WrapValidator(check)


def _schema(given: dict[str, Any]) -> dict[str, Any]:
    refuse((_below(each.field), each.message) for each in schema_problems(given, ""))
    return given


def _below(path: str) -> Place:
    return (path.removeprefix("."),) if path else ()


def _share(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1")
    return value


def _amount(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) > LONGEST_AMOUNT:
            raise ValueError(f"must not be longer than {LONGEST_AMOUNT} characters")
        return _template(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number or a template")
    return value


LONGEST_AMOUNT = 200  # characters
AMOUNT: Any = {"anyOf": [{"type": "string", "maxLength": LONGEST_AMOUNT}, {"type": "number"}]}

type Operator = Literal[
    "var", "and", "or", "!", "!!", "if", "==", "!=", ">", ">=", "<", "<=", "in", "some", "all",
    "none", "exists", "contains_any", "contains_all", "starts_with", "ends_with", "before",
    "after", "within",
]  # fmt: skip
type RuleDocument = (
    str
    | float
    | bool
    | None
    | Annotated[list[RuleDocument], Field(max_length=200)]
    | Annotated[dict[Operator, RuleDocument], Field(min_length=1, max_length=1)]
)
type MatchingRule = Annotated[RuleDocument, _rule(MATCHING)]
type StepRule = Annotated[RuleDocument, _rule(RUNNING)]
type AwaitingRule = Annotated[RuleDocument, _rule(AWAITING)]

_PATTERN: Any = {"pattern": "^" + DURATION}
_EITHER_WAY: Any = {"pattern": "^-?" + DURATION}
type Duration = Annotated[str, AfterValidator(_duration), Field(json_schema_extra=_PATTERN)]
type Timeout = Annotated[str, AfterValidator(_timeout), Field(json_schema_extra=_PATTERN)]
type Offset = Annotated[str, AfterValidator(_offset), Field(json_schema_extra=_EITHER_WAY)]
_TEMPLATE: Any = {"format": "template"}
type TemplateSource = Annotated[
    str,
    Field(max_length=LONGEST_TEMPLATE, json_schema_extra=_TEMPLATE),
    AfterValidator(_template),
]
type DurationOrTemplate = Annotated[
    str, Field(max_length=LONGEST_TEMPLATE), AfterValidator(_duration_or_template)
]
type Templates = Annotated[Any, AfterValidator(_templates)]
type TemplateObject = Annotated[dict[str, Any], Field(max_length=50), AfterValidator(_templates)]
type DataSchema = Annotated[dict[str, Any], AfterValidator(_schema)]

# No floats: the definition is kept and shown digit for digit (D-2).
type Share = Annotated[
    Any,
    AfterValidator(_share),
    Field(json_schema_extra={"type": "number", "minimum": 0, "maximum": 1}),
]
type Amount = Annotated[Any, AfterValidator(_amount), Field(json_schema_extra=AMOUNT)]

type Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
type StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
type StepRef = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,47}|\$end|\$fail)$")]
type Name = Annotated[str, Field(max_length=200)]
type Names = Annotated[
    list[Annotated[str, Field(max_length=128)]], Field(min_length=1, max_length=50)
]
type EventName = Annotated[str, Field(min_length=1, max_length=128)]
