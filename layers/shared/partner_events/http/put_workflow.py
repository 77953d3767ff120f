"""Workflow definitions on the wire, whole: these models publish the JSON Schema.

A definition is kept as it was sent. It is checked once, when it is put, and all that is wrong
with it is said at once.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, RootModel, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from partner_events.domain.errors import FieldProblem
from partner_events.domain.workflow import SchemaMode, WorkflowStatus
from partner_events.domain.workflow_entry import CooldownScope, Frequency, OnRunning
from partner_events.domain.workflow_graph import graph_problems
from partner_events.http.bodies import problem
from partner_events.http.parts import Part, Wrong, left_out
from partner_events.http.step_definition import Failure, RetryDefinition
from partner_events.http.wait_definition import WaitDefinition
from partner_events.http.workflow_parts import (
    AwaitingRule,
    DataSchema,
    Duration,
    EventName,
    MatchingRule,
    Name,
    Names,
    Slug,
    TemplateSource,
    Timeout,
)
from partner_events.http.workflow_steps import (
    BranchDefinition,
    EmailDefinition,
    EmitEventDefinition,
    SmsDefinition,
    UpdateContactDefinition,
    UpdateLeadDefinition,
    WebhookDefinition,
)

PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}(\.\*)?$"

type AnyStep = Annotated[
    WebhookDefinition
    | EmailDefinition
    | SmsDefinition
    | WaitDefinition
    | BranchDefinition
    | UpdateContactDefinition
    | UpdateLeadDefinition
    | EmitEventDefinition,
    Field(discriminator="type"),
]
TYPES = ("webhook", "email", "sms", "wait", "branch", "update_contact", "update_lead", "emit_event")


class TriggerDefinition(Part):
    event: Annotated[str, Field(pattern=PATTERN)]
    if_: Annotated[MatchingRule, Field(alias="if")] = left_out()


class SetsDefinition(Part):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    all: Names = left_out()
    any: Names = left_out()
    none: Names = left_out()

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterator[Wrong]:
        if not given:
            yield (), "needs all, any or none"


class FiltersDefinition(Part):
    tags: SetsDefinition = left_out()
    segments: SetsDefinition = left_out()
    sources: SetsDefinition = left_out()
    if_: Annotated[MatchingRule, Field(alias="if")] = left_out()


class EntryDefinition(Part):
    frequency: Annotated[Frequency, Field(strict=False)] = Frequency.EVERY_TIME
    key: TemplateSource = left_out()
    on_running: Annotated[OnRunning, Field(strict=False)] = OnRunning.ALLOW

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterator[Wrong]:
        if given.get("frequency") == Frequency.ONCE_PER_KEY and "key" not in given:
            yield ("key",), "is required with once_per_key"


class CooldownDefinition(Part):
    scope: Annotated[CooldownScope, Field(strict=False)] = CooldownScope.CONTACT
    key: TemplateSource = left_out()
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1
    window: Duration
    share: Slug = left_out()

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterator[Wrong]:
        if given.get("scope") == CooldownScope.KEY and "key" not in given:
            yield ("key",), "is required with the scope key"


class ExitDefinition(Part):
    event: EventName
    if_: Annotated[AwaitingRule, Field(alias="if")] = left_out()


class DefaultsDefinition(Part):
    retry: RetryDefinition = left_out()
    timeout: Timeout = left_out()
    on_failure: Failure = left_out()


class WorkflowDefinition(Part):
    """What shall happen when an event arrives, step by step."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    key: Slug
    name: Name = left_out()
    description: Annotated[str, Field(max_length=2000)] = left_out()
    status: Annotated[WorkflowStatus, Field(strict=False)] = WorkflowStatus.DRAFT
    labels: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=16)] = []
    triggers: Annotated[list[TriggerDefinition], Field(min_length=1, max_length=10)]
    event_schema: DataSchema = left_out()
    event_schema_mode: Annotated[SchemaMode, Field(strict=False)] = SchemaMode.WARN
    filters: FiltersDefinition = left_out()
    entry: EntryDefinition = left_out()
    cooldowns: Annotated[list[CooldownDefinition], Field(max_length=4)] = []
    exit_on: Annotated[list[ExitDefinition], Field(max_length=5)] = []
    defaults: DefaultsDefinition = left_out()
    vars: Annotated[dict[str, Any], Field(max_length=50)] = {}
    max_duration: Duration = left_out()
    steps: Annotated[list[AnyStep], Field(min_length=1, max_length=50)]

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterator[Wrong]:
        yield from (((each.field,), each.message) for each in graph_problems(given))
        yield from _tables(given)


def _tables(given: Mapping[str, Any]) -> Iterator[Wrong]:
    """Find the steps that would wait by a table that nobody wrote."""
    usual = _retry_of(given.get("defaults"))
    steps = given.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        retry = {**usual, **_retry_of(step)}
        if retry.get("backoff") == "table" and "table" not in retry:
            yield ("steps", index, "retry", "table"), "is required with the backoff table"


def _retry_of(settings: Any) -> Mapping[str, Any]:
    retry = settings.get("retry") if isinstance(settings, dict) else None
    return retry if isinstance(retry, dict) else {}


class PutWorkflowRequest(RootModel[dict[str, Any]]):
    """Any object: what is wrong with it is told together with what only the stores know."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(WorkflowDefinition.__pydantic_core_schema__)

    def definition(self) -> dict[str, Any]:
        """Return the document as it is kept: what was given, with the status made explicit."""
        return {**self.root, "status": self.root.get("status", WorkflowStatus.DRAFT.value)}

    def problems(self, *, key: str) -> list[FieldProblem]:
        """Find all that is wrong with the document by itself, as one to be put under `key`."""
        return [*_other_key(self.root.get("key"), key), *_problems(self.root)]


def _other_key(given: Any, key: str) -> Iterator[FieldProblem]:
    if isinstance(given, str) and given != key:
        yield FieldProblem("key", "must be the one in the path")


def _problems(document: Mapping[str, Any]) -> Iterator[FieldProblem]:
    try:
        WorkflowDefinition.model_validate(document)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            yield _problem(each["type"], each["loc"], each["msg"])


def _problem(kind: str, place: tuple[int | str, ...], message: str) -> FieldProblem:
    """Name the place without the type of its step, by which it was found."""
    if place[:1] == ("steps",) and place[2:3] and place[2] in TYPES:
        place = (*place[:2], *place[3:])
    if kind == "union_tag_not_found":
        return problem("missing", (*place, "type"), message)
    if kind == "union_tag_invalid":
        return problem(kind, (*place, "type"), f"must be one of {', '.join(TYPES)}")
    return problem(kind, place, message)
