"""Request bodies: bytes in, a model out, or an error that names every field to blame."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from partner_events.domain.errors import FieldProblem, InvalidInput, InvalidJson
from partner_events.jsontext import loads


class Body(BaseModel):
    """A JSON object. Types are not coerced, and fields that nobody knows are ignored (D-4)."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    complaints: ClassVar[dict[str, str]] = {}
    """What to say of a field in the contract's own words, in the order of its checks."""


class OptionalBody(Body):
    """A body that may be left out: nothing is read as an empty object."""


class NoBody(Body):
    """What a request without a body has; a body that comes all the same is not looked at."""


def read_body[Model: BaseModel](model: type[Model], raw: bytes) -> Model:
    """Read a body. Raises `InvalidJson` or `InvalidInput`."""
    left_out = model is NoBody or (issubclass(model, OptionalBody) and not raw.strip())
    value = {} if left_out else read_object(raw)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _invalid(model, error) from error


def read_object(raw: bytes) -> dict[str, Any]:
    """Read one JSON object. Raises `InvalidJson`."""
    try:
        value = loads(raw.decode())
    except UnicodeDecodeError as error:
        raise InvalidJson("The body is not UTF-8") from error
    except ValueError as error:
        raise InvalidJson(f"The body {error}") from error
    if not isinstance(value, dict):
        raise InvalidJson("The body is not a JSON object")
    return value


def _invalid(model: type[BaseModel], error: ValidationError) -> InvalidInput:
    problems = [
        problem(each["type"], each["loc"], each["msg"])
        for each in error.errors(include_url=False, include_input=False)
    ]
    complaints: dict[str, str] = getattr(model, "complaints", {})
    blamed = {problem.field for problem in problems}
    for field, words in complaints.items():
        if field in blamed:
            return InvalidInput(words)
    first = problems[0]
    return InvalidInput(f"{first.field} {first.message}".strip(), problems)


def problem(kind: str, place: tuple[int | str, ...], message: str) -> FieldProblem:
    """Say in our words what is wrong with a field."""
    return FieldProblem(_path(place), _words(kind, message))


def _path(place: tuple[int | str, ...]) -> str:
    """Name a field by its path; what is wrong with the name of a field is said of the field."""
    return ".".join(str(part) for part in place if part != "[key]")


def _words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return "is not a field here"
    return message.removeprefix("Value error, ").replace("Input should be", "must be")
