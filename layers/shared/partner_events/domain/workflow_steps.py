"""The steps of a workflow: what each kind says, as it was validated when it was put.

A `TemplateText` is a template's source: it is compiled by whoever renders it, so that reading a
definition costs nothing for the steps that do not run. A JSON value whose strings are templates
is `Any`. Where a step is named, END and FAIL may stand instead: they end the execution.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NewType

from partner_events.domain.execution import END, FAIL
from partner_events.domain.ids import EndpointId
from partner_events.domain.retry import Retry
from partner_events.domain.rules import Rule

TemplateText = NewType("TemplateText", str)
type Target = str
"""The id of a step, or one of the two ends."""

ENDS = (END, FAIL)


class OnFailure(StrEnum):
    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on there when the step has failed for good."""

    step: Target


class Category(StrEnum):
    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class Guarantee(StrEnum):
    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


class Missing(StrEnum):
    """What to do where a message refers to a value that is not there."""

    EMPTY = "empty"
    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What all steps have. A step whose `condition` does not hold is skipped.

    Without a `next` the step that follows in the document is next. `timeout` is the time that
    one attempt may take.
    """

    type: ClassVar[str] = ""

    id: str
    name: str = ""
    condition: Rule | None = None
    next: Target | None = None
    retry: Retry = field(default_factory=Retry)
    timeout: timedelta | None = None
    on_failure: OnFailure | Goto = OnFailure.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStep(Step):
    """A request to a registered endpoint (signed) or to a url (not signed: it shares no secret).

    Without a `body` the event is sent. Without `success` every 2xx is one. `save` maps names to
    JMESPath expressions into `{status, headers, body}` of the answer.
    """

    type: ClassVar[str] = "webhook"

    endpoint: EndpointId | None = None
    url: TemplateText | None = None
    method: str = "POST"
    headers: Mapping[str, TemplateText] = field(default_factory=dict)
    query: Mapping[str, TemplateText] = field(default_factory=dict)
    body: Any = None
    event_type: str | None = None
    success: frozenset[int] | None = None
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailStep(Step):
    """`template` is the key of a stored template; the texts given here stand before its own."""

    type: ClassVar[str] = "email"

    to: TemplateText | None = None
    sender: TemplateText | None = None  # `from` in the document
    reply_to: TemplateText | None = None
    template: str | None = None
    subject: TemplateText | None = None
    html: TemplateText | None = None
    text: TemplateText | None = None
    category: Category = Category.MARKETING
    delivery: Guarantee = Guarantee.AT_MOST_ONCE
    missing: Missing = Missing.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsStep(Step):
    type: ClassVar[str] = "sms"

    to: TemplateText | None = None
    template: str | None = None
    text: TemplateText | None = None
    category: Category = Category.MARKETING
    delivery: Guarantee = Guarantee.AT_MOST_ONCE
    missing: Missing = Missing.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    condition: Rule
    goto: Target
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchStep(Step):
    """Goes to the first case that holds, else to `otherwise` (`else` in the document)."""

    type: ClassVar[str] = "branch"

    cases: tuple[Case, ...]
    otherwise: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContactStep(Step):
    """`create`: make the contact if the execution has none."""

    type: ClassVar[str] = "update_contact"

    set: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    create: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CostChange:
    operation: str  # add, subtract or override
    amount: TemplateText | int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    event_id: TemplateText
    revenue: TemplateText | int | Decimal | None = None
    dedup_key: TemplateText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLeadStep(Step):
    """Without a `transaction_id` it is the lead that the event is about."""

    type: ClassVar[str] = "update_lead"

    transaction_id: TemplateText | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    status: TemplateText | None = None
    cost: CostChange | None = None
    conversion: Conversion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmitEventStep(Step):
    """Without a `contact` it is about the contact of the execution."""

    type: ClassVar[str] = "emit_event"

    event_name: TemplateText
    event_data: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    contact: TemplateText | None = None
    trigger_at: TemplateText | None = None
