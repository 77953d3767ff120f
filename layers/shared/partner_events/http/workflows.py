"""Workflow definitions on the wire: what the engine can run today, and nothing it cannot.

A definition that uses more is refused with every problem named, so that no part of it is
silently left out.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired, Self, TypedDict, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from partner_events.domain.durations import parse_duration
from partner_events.domain.references import unsupported
from partner_events.domain.timestamps import format_timestamp
from partner_events.domain.workflow import Workflow, WorkflowStatus
from partner_events.domain.workflow_steps import OnFailure


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _references(value: Any) -> Any:
    found = unsupported(value)
    if found is not None:
        raise ValueError(f"may hold only {{{{path}}}} references: {found[:80]!r}")
    return value


type Duration = Annotated[str, AfterValidator(_duration)]
type Names = Annotated[
    list[Annotated[str, Field(max_length=128)]], Field(min_length=1, max_length=50)
]
type Label = Annotated[str, Field(max_length=64)]

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}(\.\*)?$"


def _share(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 1:
        raise ValueError("must be a number from 0 to 1")
    return value


# No float: the definition is kept and shown digit for digit (D-2).
type Share = Annotated[
    Any,
    AfterValidator(lambda value: None if value is None else _share(value)),
    Field(json_schema_extra={"type": ["number", "null"], "minimum": 0, "maximum": 1}),
]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class WorkflowTrigger(Part):
    event: Annotated[str, Field(pattern=PATTERN)]


class Tags(Part):
    all: Names | None = None
    any: Names | None = None
    none: Names | None = None


class Filters(Part):
    tags: Tags | None = None


class RetryPolicy(Part):
    max_attempts: Annotated[int, Field(ge=1, le=20)] | None = None
    backoff: Literal["exponential"] | None = None
    initial: Duration | None = None
    max: Duration | None = None
    jitter: Share = None


type Failure = Annotated[OnFailure, Field(strict=False)]


class Defaults(Part):
    retry: RetryPolicy | None = None
    on_failure: Failure | None = None


class WebhookStepDefinition(Part):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
    type: Literal["webhook"]
    name: Annotated[str, Field(max_length=200)] | None = None
    endpoint: Annotated[str, Field(max_length=64)] | None = None
    url: Annotated[str, Field(max_length=2048)] | None = None
    event_type: Annotated[str, Field(max_length=128)] | None = None
    body: Annotated[Any, AfterValidator(_references)] = None
    retry: RetryPolicy | None = None
    on_failure: Failure | None = None

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        if (self.endpoint is None) == (self.url is None):
            raise ValueError("needs either an endpoint or a url")
        return self


class PutWorkflowRequest(Part):
    """`workflow.schema.json`'s first part: event triggers, tag filters and webhook steps."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    name: Annotated[str, Field(max_length=200)] | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    status: Annotated[WorkflowStatus, Field(strict=False)] = WorkflowStatus.DRAFT
    labels: Annotated[list[Label], Field(max_length=16)] | None = None
    triggers: Annotated[list[WorkflowTrigger], Field(min_length=1, max_length=10)]
    filters: Filters | None = None
    defaults: Defaults | None = None
    steps: Annotated[list[WebhookStepDefinition], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _names_each_step_once(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(set(ids)) < len(ids):
            raise ValueError("steps must have different ids")
        return self

    def definition(self) -> dict[str, Any]:
        """Return the document as it is kept: what was given, with the status made explicit."""
        given = self.model_dump(mode="python", by_alias=True, exclude_none=True)
        return {**given, "status": self.status.value}


class WorkflowReply(TypedDict):
    """The definition as it was put, and which version it is."""

    schema: int
    key: str
    name: NotRequired[str]
    description: NotRequired[str]
    status: WorkflowStatus
    labels: NotRequired[list[str]]
    triggers: list[dict[str, Any]]
    filters: NotRequired[dict[str, Any]]
    defaults: NotRequired[dict[str, Any]]
    steps: list[dict[str, Any]]
    version: int
    created_at: str
    updated_at: str


def workflow_reply(workflow: Workflow) -> WorkflowReply:
    shown = {
        **workflow.definition,
        "version": workflow.version,
        "created_at": format_timestamp(workflow.created_at),
        "updated_at": format_timestamp(workflow.updated_at),
    }
    return cast("WorkflowReply", shown)
