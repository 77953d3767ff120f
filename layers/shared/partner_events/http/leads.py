"""Leads on the wire (contract 7)."""

from typing import Annotated, Any, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.lead import LONGEST_TRANSACTION_ID, Conversion, Lead, LeadState, Money
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.campaigns import Amount


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        if isinstance(value, dict | list):
            raise ValueError(f"{name} must be a string, number or boolean")
    return fields


type TransactionId = Annotated[
    str, Field(max_length=LONGEST_TRANSACTION_ID), AfterValidator(_not_blank)
]
type Short = Annotated[str, Field(max_length=256)]
type State = Annotated[LeadState, Field(strict=False)]
type Fields = Annotated[dict[str, Any], Field(max_length=500), AfterValidator(_fields)]


class CreateLeadRequest(Body):
    transaction_id: TransactionId | None = None
    cid: str
    pid: Short | None = None
    ref_id: Short | None = None
    email: Short | None = None
    state: State = LeadState.SIGNUP
    cost: Amount = None
    fields: Fields = {}


class ChangeLeadRequest(Body):
    """A field of `fields` that is null is forgotten; the others replace what was known."""

    pid: Short | None = None
    ref_id: Short | None = None
    email: Short | None = None
    state: State = LeadState.SIGNUP
    cost: Amount = None
    fields: Fields = {}


def sent_of(request: CreateLeadRequest | ChangeLeadRequest) -> dict[str, Any]:
    """Take what was sent, in the lead's own words."""
    sent = {name: getattr(request, name) for name in request.model_fields_set}
    if sent.get("pid", "") is None:
        del sent["pid"]
    return sent


class ConversionReply(TypedDict):
    conversion_id: str
    event_id: str
    cid: str
    pid: str
    revenue: Money
    converted_at: str
    created_at: str


class LeadReply(TypedDict):
    transaction_id: str
    cid: str
    pid: str
    ref_id: str | None
    email: str | None
    state: LeadState
    cost: Money | None
    fields: dict[str, Any]
    conversions: list[ConversionReply]
    created_at: str
    updated_at: str


def lead_reply(lead: Lead) -> LeadReply:
    return {
        "transaction_id": lead.transaction_id,
        "cid": lead.cid,
        "pid": lead.pid,
        "ref_id": lead.ref_id,
        "email": lead.email,
        "state": lead.state,
        "cost": lead.cost,
        "fields": dict(lead.fields),
        "conversions": [_conversion(each) for each in lead.conversions],
        "created_at": format_timestamp(lead.created_at),
        "updated_at": format_timestamp(lead.updated_at),
    }


def _conversion(conversion: Conversion) -> ConversionReply:
    return {
        "conversion_id": conversion.id,
        "event_id": conversion.event_id,
        "cid": conversion.cid,
        "pid": conversion.pid,
        "revenue": conversion.revenue,
        "converted_at": format_timestamp(conversion.at),
        "created_at": format_timestamp(conversion.created_at),
    }
