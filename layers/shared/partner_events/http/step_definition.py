"""What every step of a workflow definition has, and how it is tried again."""

from typing import Annotated, Literal

from pydantic import Field

from partner_events.http.parts import Part, left_out
from partner_events.http.workflow_parts import (
    Duration,
    Name,
    Share,
    StepId,
    StepRef,
    StepRule,
    Timeout,
)


class RetryDefinition(Part):
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 8
    backoff: Literal["exponential", "fixed", "table"] = "exponential"
    initial: Duration = "PT10S"
    max: Duration = "PT1H"
    table: Annotated[list[Duration], Field(min_length=1, max_length=20)] = left_out()
    jitter: Share = left_out()
    give_up_after: Duration = left_out()


class GotoDefinition(Part):
    goto: StepRef


type Failure = Literal["stop", "continue"] | GotoDefinition


class StepDefinition(Part):
    """What every step has. Without `next` the step below is next; `$end` and `$fail` end it."""

    id: StepId
    name: Name = left_out()
    if_: Annotated[StepRule, Field(alias="if")] = left_out()
    next: StepRef = left_out()
    retry: RetryDefinition = left_out()
    timeout: Timeout = left_out()
    on_failure: Failure = left_out()
