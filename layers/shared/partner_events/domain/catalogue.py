"""The 14 event types that every team has: four of the promoters, ten of the company (D-42).

Required is what names the subject and says what happened; of the rest the kind is checked if
it comes, and null is as good as absent (W-6). More fields may come: the samples of the
promoters' objects are abbreviated.
"""

from collections.abc import Mapping
from typing import Any, Final

type Part = Mapping[str, Any]
type Fields = Mapping[str, Part]

INTEGER: Final[Part] = {"type": "integer"}
NUMBER: Final[Part] = {"type": "number"}
TEXT: Final[Part] = {"type": "string"}
FLAG: Final[Part] = {"type": "boolean"}
MOMENT: Final[Part] = {"type": "string", "format": "date-time"}
DAY: Final[Part] = {"type": "string", "format": "date"}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _object(required: Fields, optional: Fields | None = None) -> dict[str, Any]:
    rest = {name: _or_null(schema) for name, schema in (optional or {}).items()}
    return {"type": "object", "required": [*required], "properties": {**required, **rest}}


BALANCE: Final[Part] = {"type": "object", "additionalProperties": INTEGER}  # by unit (F-19)
BALANCES: Final[dict[str, Part]] = dict.fromkeys(
    ("earnings_balance", "current_balance", "paid_balance"), BALANCE
)
PROFILE: Final[Part] = {"type": "object"}
PROMOTER: Final = _object(
    {"id": INTEGER},
    {"status": TEXT, "email": TEXT, "created_at": MOMENT, "temp_password": TEXT}
    | {"default_ref_id": TEXT, "profile": PROFILE}
    | BALANCES,
)
PROMOTION: Final = _object(
    {"id": INTEGER},
    {"status": TEXT, "ref_id": TEXT, "campaign_id": INTEGER, "campaign_name": TEXT}
    | {"referral_link": TEXT, "current_referral_reward": {"type": "object"}},
)
LEAD: Final = _object({"id": INTEGER}, {"state": TEXT, "email": TEXT, "customer_since": MOMENT})
REWARD: Final = _object({"id": INTEGER}, {"type": TEXT, "unit": TEXT, "name": TEXT})
CAMPAIGN: Final = _object({"id": INTEGER}, {"name": TEXT, "landing_url": TEXT})

BUILTIN: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "lead_signup": (
        "A lead signed up through a promoter's link",
        _object(
            {"id": INTEGER, "state": TEXT, "email": TEXT, "created_at": MOMENT}
            | {"promoter": PROMOTER},
            {
                "promotion": PROMOTION,
                "uid": TEXT,
                "customer_since": MOMENT,
                "cancelled_at": MOMENT,
                "plan_name": TEXT,
            }
            | {"suspicion": TEXT},
        ),
    ),
    "promoter_signed_up": (
        "A promoter signed up",
        _object({"promoter": PROMOTER, "promotions": {"type": "array", "items": PROMOTION}}),
    ),
    "reward_created": (
        "A promoter earned a reward",
        _object(
            {"id": INTEGER, "status": TEXT, "amount": INTEGER, "unit": TEXT, "created_at": MOMENT}
            | {"promoter": PROMOTER},
            {"conversion_amount": INTEGER, "tier_level": INTEGER, "lead": LEAD}
            | {"promotion": PROMOTION},
        ),
    ),
    "fulfilment_pending": (
        "A reward waits to be handed over",
        _object(
            {"id": INTEGER, "status": TEXT, "amount": INTEGER, "unit": TEXT, "created_at": MOMENT}
            | {"promoter": PROMOTER},
            {"has_issues": FLAG, "reward": REWARD, "campaign": CAMPAIGN},
        ),
    ),
    "client.created": (
        "A client was created",
        _object(
            {"client_id": INTEGER, "created_date": MOMENT},
            {"first_name": TEXT, "last_name": TEXT, "email": TEXT, "phone": TEXT}
            | {"status": TEXT, "status_id": INTEGER}
            | {"employee_id": INTEGER, "employee_name": TEXT, "affiliate_id": INTEGER},
        ),
    ),
    "client.status_changed": (
        "A client's status changed",
        _object(
            {"client_id": INTEGER, "new_status": TEXT, "changed_date": MOMENT},
            {"previous_status": TEXT, "changed_by_employee_id": INTEGER, "status_note": TEXT},
        ),
    ),
    "lead.created": (
        "A lead was created",
        _object(
            {"client_id": INTEGER, "created_date": MOMENT},
            {"first_name": TEXT, "last_name": TEXT, "email": TEXT, "phone": TEXT}
            | {"status": TEXT, "status_id": INTEGER, "source": TEXT},
        ),
    ),
    "payment.succeeded": (
        "A payment came in",
        _object(
            {"payment_id": INTEGER, "client_id": INTEGER, "payment_amount": NUMBER}
            | {"date_paid": MOMENT},
            {"invoice_id": INTEGER, "payment_method": TEXT, "transaction_id": TEXT},
        ),
    ),
    "payment.failed": (
        "A payment did not come in",
        _object(
            {"payment_id": INTEGER, "client_id": INTEGER, "amount_attempted": NUMBER}
            | {"attempted_date": MOMENT},
            {"invoice_id": INTEGER, "failure_reason": TEXT, "payment_method": TEXT},
        ),
    ),
    "invoice.created": (
        "An invoice was created",
        _object(
            {"invoice_id": INTEGER, "client_id": INTEGER, "amount": NUMBER, "created_date": MOMENT},
            {"due_date": DAY, "description": TEXT, "invoice_status": TEXT},
        ),
    ),
    "invoice.status_changed": (
        "An invoice's status changed",
        _object(
            {"invoice_id": INTEGER, "new_status": TEXT},
            {"previous_status": TEXT, "total_paid": NUMBER, "balance": NUMBER}
            | {"payment_date": DAY, "client_id": INTEGER, "changed_date": MOMENT},
        ),
    ),
    "affiliate.created": (
        "An affiliate was created",
        _object(
            {"employee_id": INTEGER, "full_name": TEXT, "created_date": MOMENT},
            {"email": TEXT, "phone": TEXT, "affiliate_code": TEXT, "is_approved_affiliate": FLAG},
        ),
    ),
    "document.uploaded": (
        "A document was uploaded",
        _object(
            {"client_doc_id": INTEGER, "client_id": INTEGER, "doc_name": TEXT}
            | {"created_date": MOMENT},
            {"doc_type_name": TEXT},
        ),
    ),
    "agreement.signed": (
        "An agreement was signed",
        _object(
            {"agreement_signed_id": INTEGER, "client_id": INTEGER, "signed_date": MOMENT},
            {"name_signed": TEXT, "agreement_name": TEXT},
        ),
    ),
}
