"""POST /api/event/{campaign_id} on the wire (contract 2, P-32..P-41, D-24, D-25)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypedDict

from pydantic import ConfigDict

from partner_events.domain.event import JsonText
from partner_events.domain.lead import CostOperation, is_amount
from partner_events.domain.postback import ZONES, Fired, Postback, is_date, parse_conversion_date
from partner_events.http.bodies import Body
from partner_events.http.postbacks import Required, pid_of
from partner_events.jsontext import dumps

LONGEST_NAME = 256  # characters
LONGEST_TEXT = 4096
NOT_LEAD_DATA = {"cid", "pid", "amount", "revenue"}
OPERATIONS = [each.value for each in CostOperation]

type Check = Callable[[Any], str | None]
"""Says what is wrong with a value, or None if it is good."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def _number(value: Any) -> str | None:
    good = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return None if good else "must be a number"


def _amount(value: Any) -> str | None:
    return None if is_amount(value) else "must be a non-negative number"


def _flag(value: Any) -> str | None:
    return None if _number(value) is None and value in (0, 1) else "must be 0 or 1"


def _date(value: Any) -> str | None:
    return None if isinstance(value, str) and is_date(value) else "must be YYYY-MM-DD"


def _date_and_time(value: Any) -> str | None:
    try:
        parse_conversion_date(value if isinstance(value, str) else "", None)
    except ValueError as error:
        return str(error)
    return None


def _one_of(values: list[str]) -> Check:
    complaint = f"must be one of {', '.join(values)}"
    return lambda value: None if isinstance(value, str) and value in values else complaint


def _any_other(value: Any) -> str | None:
    good = isinstance(value, str | int | Decimal)  # a bool is an int
    return None if good else "must be a string, number or boolean"


_TEXTS = (
    "clid",
    *(f"{kind}{number}" for kind in ("sub", "adv") for number in range(1, 6)),
    *(
        f"utm_{name}"
        for name in (
            "source",
            "medium",
            "campaign",
            "adgroup",
            "matchtype",
            "term",
            "content",
            "creative",
            "placement",
        )
    ),
    "external_clickid",
    "email",
)
CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(_TEXTS, _text),
    "adSpend": _number,
    "min_price": _number,
    "tcpa_consent": _flag,
    "tcpa_consent_date": _date,
    "cost": _amount,
    "cost_operation": _one_of(OPERATIONS),
    "conversion_date": _date_and_time,
    "conversion_timezone": _one_of([*ZONES]),
}
OF_THE_POSTBACK = {"cost", "cost_operation", "conversion_date", "conversion_timezone"}


SHOWN: Mapping[Check, dict[str, Any]] = {
    _text: {"type": "string", "maxLength": LONGEST_TEXT},
    _number: {"type": "number"},
    _amount: {"type": "number", "minimum": 0},
    _flag: {"enum": [0, 1]},
    _date: {"type": "string", "format": "date"},
    CHECKS["cost_operation"]: {"enum": OPERATIONS},
    CHECKS["conversion_timezone"]: {"enum": [*ZONES]},
}


def _show_fields(schema: dict[str, Any]) -> None:
    """Name the fields in the documentation; a bad one does not stop the event (D-24)."""
    money = {"type": ["number", "null"], "minimum": 0}
    known = {name: SHOWN.get(check, {"type": "string"}) for name, check in CHECKS.items()}
    schema["properties"] |= {"pid": {"type": ["string", "null"]}, "amount": money, "revenue": money}
    schema["properties"] |= known
    schema["additionalProperties"] = {"type": ["string", "number", "boolean"]}


class CampaignPostbackRequest(Body):
    """Whatever is not named here is lead data (P-39)."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_show_fields)

    event_id: Required
    transaction_id: Required

    def to_postback(self) -> Postback:
        said: dict[str, Any] = self.model_extra or {}
        sent = {name: value for name, value in said.items() if name not in NOT_LEAD_DATA}
        found = {name: _complaint(name, value) for name, value in sent.items()}
        invalid = {name: f"{name} {text}" for name, text in found.items() if text}
        good = {name: value for name, value in sent.items() if name not in invalid}
        money = (
            "revenue"
            if said.get("amount") is None and said.get("revenue") is not None
            else "amount"
        )
        return Postback(
            event_id=self.event_id,
            transaction_id=self.transaction_id,
            pid=pid_of(said.get("pid")),
            revenue=said.get(money),
            revenue_field=money,
            fields={name: value for name, value in good.items() if name not in OF_THE_POSTBACK},
            invalid=invalid,
            cost=None if "cost_operation" in invalid else good.get("cost"),
            cost_operation=CostOperation(good.get("cost_operation", CostOperation.OVERRIDE)),
            conversion_date=good.get("conversion_date"),
            conversion_timezone=good.get("conversion_timezone"),
        )


class CampaignPostbackReply(TypedDict):
    status: Literal["201"]
    type: Literal["success"]
    message: str
    missingFields: dict[str, str]
    invalidFields: dict[str, str]


def campaign_postback_reply(fired: Fired) -> JsonText:
    """Write the answer of P-34: `status` is a string here, and bad lead data is named."""
    reply: CampaignPostbackReply = {
        "status": "201",
        "type": "success",
        "message": "Event successfully fired",
        "missingFields": {},
        "invalidFields": dict(fired.postback.invalid),
    }
    return dumps(reply)


def _complaint(name: str, value: Any) -> str | None:
    if not 1 <= len(name) <= LONGEST_NAME:
        return f"must have a name of 1 to {LONGEST_NAME} characters"
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"must have at most {LONGEST_TEXT} characters"
    return CHECKS.get(name, _any_other)(value)
