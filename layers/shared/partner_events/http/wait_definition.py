"""Steps that wait, on the wire."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from partner_events.domain.rule_values import to_instant
from partner_events.http.parts import Part, Wrong, either, left_out, wants_either
from partner_events.http.step_definition import StepDefinition
from partner_events.http.workflow_parts import (
    AwaitingRule,
    Duration,
    DurationOrTemplate,
    EventName,
    Offset,
    StepRef,
    TemplateSource,
)

TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
KINDS = ("for", "until", "event", "window")


def _moment(text: str) -> str:
    if "{{" not in text and to_instant(text) is None:
        raise ValueError("must be a template, or a date and time (ISO 8601)")
    return text


type Moment = Annotated[TemplateSource, AfterValidator(_moment)]
type Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
type Time = Annotated[str, Field(pattern=TIME)]


class AwaitedDefinition(Part):
    """The event to wait for: of this contact, unless `match` names another thing in common."""

    name: EventName
    match: Annotated[dict[str, TemplateSource], Field(min_length=1, max_length=1)] = left_out()
    if_: Annotated[AwaitingRule, Field(alias="if")] = left_out()
    timeout: Duration
    on_event: StepRef = left_out()
    on_timeout: StepRef = left_out()


class WindowDefinition(Part):
    days: Annotated[list[Weekday], Field(min_length=1)] = left_out()
    from_: Annotated[Time, Field(alias="from")]
    to: Time
    timezone: TemplateSource = left_out()


class WaitDefinition(StepDefinition):
    """Waits for a while, until a moment, for an event, or for a window of the week."""

    model_config = ConfigDict(json_schema_extra=either(*KINDS))

    type: Literal["wait"]
    for_: Annotated[DurationOrTemplate, Field(alias="for")] = left_out()
    until: Moment = left_out()
    offset: Offset = left_out()
    on_past: Literal["continue", "skip_next", "fail"] = "continue"
    event: AwaitedDefinition = left_out()
    window: WindowDefinition = left_out()

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterator[Wrong]:
        yield from wants_either(given, *KINDS)
        for name in ("offset", "on_past"):
            if name in given and "until" not in given:
                yield (name,), "stands only beside until"
