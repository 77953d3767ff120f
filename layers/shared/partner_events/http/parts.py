"""What documents on the wire are made of, if all that is wrong with them is to be said at once.

A `Part` finds the problems of its own although its fields have some, and a leaf may have
several, each at its place below the leaf.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import InitErrorDetails, PydanticCustomError

type Place = tuple[str | int, ...]
type Wrong = tuple[Place, str]


class Part(BaseModel):
    """A JSON object in which nothing may stand that is not named, and nothing may be null."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:  # noqa: ARG003
        """Find what is wrong with the fields together, in an object of which anything may be."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _finds_everything(cls, given: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        found = list(cls.wrong(given)) if isinstance(given, dict) else []
        try:
            part = read(given)
        except ValidationError as error:
            raise _error(cls.__name__, [*_lines(error), *map(_line, found)]) from error
        refuse(found)
        return part


def left_out() -> Any:
    """Make a field that may be left out, and may not be null."""
    return Field(default=None, json_schema_extra=_without_default)


def refuse(found: Iterable[Wrong]) -> None:
    """Raise for all that was found, or go on if nothing was."""
    lines = list(map(_line, found))
    if lines:
        raise _error("value", lines)


def either(*alternatives: str) -> Callable[[JsonDict], None]:
    """Say in the schema that exactly one of these fields must stand."""
    return _groups("oneOf", [(name,) for name in alternatives])


def any_of(*alternatives: tuple[str, ...]) -> Callable[[JsonDict], None]:
    """Say in the schema that all fields of one of these groups must stand, or of several."""
    return _groups("anyOf", list(alternatives))


def wants_either(given: Mapping[str, Any], *alternatives: str) -> Iterator[Wrong]:
    if sum(name in given for name in alternatives) != 1:
        names = " or ".join((", ".join(alternatives[:-1]), alternatives[-1]))
        yield (), f"needs {'one of ' if len(alternatives) > 2 else 'either '}{names}"


def wants_any(given: Mapping[str, Any], *alternatives: tuple[str, ...]) -> Iterator[Wrong]:
    if not any(all(name in given for name in group) for group in alternatives):
        yield (), f"needs {' or '.join(' and '.join(group) for group in alternatives)}"


def _groups(kind: str, groups: list[tuple[str, ...]]) -> Callable[[JsonDict], None]:
    def extra(schema: JsonDict) -> None:
        schema[kind] = [{"required": list(group)} for group in groups]

    return extra


def _without_default(schema: JsonDict) -> None:
    schema.pop("default", None)


def _error(title: str, lines: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data(title, lines)


def _line(wrong: Wrong) -> InitErrorDetails:
    place, words = wrong
    return {
        "type": PydanticCustomError("wrong", "{words}", {"words": words}),
        "loc": place,
        "input": None,
    }


def _lines(error: ValidationError) -> Iterator[InitErrorDetails]:
    for each in error.errors(include_url=False, include_input=False):
        kind = PydanticCustomError(each["type"], "{words}", {"words": each["msg"]})
        yield {"type": kind, "loc": each["loc"], "input": None}
