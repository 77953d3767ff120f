"""The steps of a workflow definition on the wire: those that do something."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from partner_events.domain.endpoint_headers import wrong_name, wrong_value
from partner_events.domain.workflow_steps import Category, Guarantee, Missing
from partner_events.http.parts import Part, Wrong, any_of, either, left_out, wants_any, wants_either
from partner_events.http.saved_values import check_expression
from partner_events.http.step_definition import StepDefinition
from partner_events.http.workflow_parts import (
    Amount,
    Name,
    Names,
    Slug,
    StepRef,
    StepRule,
    TemplateObject,
    Templates,
    TemplateSource,
)


def _header_name(name: str) -> str:
    wrong = wrong_name(name)
    if wrong:
        raise ValueError(wrong)
    return name


def _header_value(value: str) -> str:
    wrong = None if "{{" in value else wrong_value(value)
    if wrong:
        raise ValueError(wrong)
    return value


def _expression(text: str) -> str:
    check_expression(text)
    return text


type HeaderName = Annotated[str, AfterValidator(_header_name)]
type HeaderTemplate = Annotated[TemplateSource, AfterValidator(_header_value)]
type Expression = Annotated[str, Field(max_length=1000), AfterValidator(_expression)]
type StatusCode = Annotated[int, Field(ge=100, le=599)]
type CategoryName = Annotated[Category, Field(strict=False)]
type GuaranteeName = Annotated[Guarantee, Field(strict=False)]
type MissingName = Annotated[Missing, Field(strict=False)]


class WebhookDefinition(StepDefinition):
    """A request to a registered endpoint, signed, or to any url, not signed."""

    model_config = ConfigDict(json_schema_extra=either("endpoint", "url"))

    type: Literal["webhook"]
    endpoint: Annotated[str, Field(min_length=1, max_length=64)] = left_out()
    url: Annotated[TemplateSource, Field(min_length=1)] = left_out()
    method: Literal["POST", "PUT", "PATCH", "GET", "DELETE"] = "POST"
    headers: Annotated[dict[HeaderName, HeaderTemplate], Field(max_length=20)] = {}
    query: Annotated[dict[str, TemplateSource], Field(max_length=50)] = {}
    body: Templates = left_out()
    event_type: Annotated[str, Field(min_length=1, max_length=128)] = left_out()
    success: Annotated[list[StatusCode], Field(min_length=1)] = left_out()
    save: Annotated[dict[str, Expression], Field(max_length=20)] = {}

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:
        return wants_either(given, "endpoint", "url")


class EmailDefinition(StepDefinition):
    """An e-mail to the contact, or to whom `to` says, from a stored template or its own texts."""

    model_config = ConfigDict(
        json_schema_extra=any_of(("template",), ("subject", "html"), ("subject", "text"))
    )

    type: Literal["email"]
    to: TemplateSource = left_out()
    from_: Annotated[TemplateSource, Field(alias="from")] = left_out()
    reply_to: TemplateSource = left_out()
    template: Slug = left_out()
    subject: TemplateSource = left_out()
    html: TemplateSource = left_out()
    text: TemplateSource = left_out()
    category: CategoryName = Category.MARKETING
    delivery: GuaranteeName = Guarantee.AT_MOST_ONCE
    missing: MissingName = Missing.FAIL

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:
        return wants_any(given, ("template",), ("subject", "html"), ("subject", "text"))


class SmsDefinition(StepDefinition):
    model_config = ConfigDict(json_schema_extra=any_of(("template",), ("text",)))

    type: Literal["sms"]
    to: TemplateSource = left_out()
    template: Slug = left_out()
    text: TemplateSource = left_out()
    category: CategoryName = Category.MARKETING
    delivery: GuaranteeName = Guarantee.AT_MOST_ONCE
    missing: MissingName = Missing.FAIL

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:
        return wants_any(given, ("template",), ("text",))


class CaseDefinition(Part):
    name: Name = left_out()
    if_: Annotated[StepRule, Field(alias="if")]
    goto: StepRef


class BranchDefinition(StepDefinition):
    type: Literal["branch"]
    cases: Annotated[list[CaseDefinition], Field(min_length=1, max_length=10)]
    else_: Annotated[StepRef, Field(alias="else")]


class UpdateContactDefinition(StepDefinition):
    model_config = ConfigDict(
        json_schema_extra=any_of(("set",), ("unset",), ("add_tags",), ("remove_tags",))
    )

    type: Literal["update_contact"]
    set: TemplateObject = left_out()
    unset: Names = left_out()
    add_tags: Names = left_out()
    remove_tags: Names = left_out()
    create: bool = False

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:
        return wants_any(given, ("set",), ("unset",), ("add_tags",), ("remove_tags",))


class CostDefinition(Part):
    operation: Literal["add", "subtract", "override"]
    amount: Amount


class ConversionDefinition(Part):
    event_id: TemplateSource
    revenue: Amount = left_out()
    dedup_key: TemplateSource = left_out()


class UpdateLeadDefinition(StepDefinition):
    model_config = ConfigDict(
        json_schema_extra=any_of(("set",), ("status",), ("cost",), ("conversion",))
    )

    type: Literal["update_lead"]
    transaction_id: TemplateSource = left_out()
    set: TemplateObject = left_out()
    status: TemplateSource = left_out()
    cost: CostDefinition = left_out()
    conversion: ConversionDefinition = left_out()

    @classmethod
    def wrong(cls, given: Mapping[str, Any]) -> Iterable[Wrong]:
        return wants_any(given, ("set",), ("status",), ("cost",), ("conversion",))


class EmitEventDefinition(StepDefinition):
    type: Literal["emit_event"]
    event_name: TemplateSource
    event_data: TemplateObject = {}
    variables: TemplateObject = {}
    contact: TemplateSource = left_out()
    trigger_at: TemplateSource = left_out()
