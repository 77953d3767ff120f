"""Promoters and promotions on the wire (contract 7)."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.campaign import Campaign
from partner_events.domain.errors import InvalidInput, NotFound
from partner_events.domain.promoter import (
    Promoter,
    PromoterStatus,
    Promotion,
    PromotionStatus,
    is_ref_id,
)
from partner_events.domain.promoter_events import referral_link
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body

LONGEST_ID = 15  # digits of an integer id, which is below 2^53 (D-41)
REF_ID_RULE = "must be 1 to 64 letters, digits and . _ -"


def _ref_id(text: str) -> str:
    if not is_ref_id(text):
        raise ValueError(REF_ID_RULE)
    return text


def _email(text: str) -> str:
    name, at, host = text.strip().partition("@")
    if not (name and at and host) or " " in text.strip():
        raise ValueError("must be an e-mail address")
    return text


def _profile(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        if isinstance(value, dict | list):
            raise ValueError(f"{name} must be a string, number or boolean")
        if isinstance(value, str) and len(value) > 1000:
            raise ValueError(f"{name} must be at most 1000 characters")
    return fields


type RefId = Annotated[str, AfterValidator(_ref_id)]
type Email = Annotated[str, Field(max_length=320), AfterValidator(_email)]
type Profile = Annotated[dict[str, Any], Field(max_length=50), AfterValidator(_profile)]
type CustomerId = Annotated[str, Field(max_length=256)]
type State = Annotated[PromoterStatus, Field(strict=False)]
type OfferState = Annotated[PromotionStatus, Field(strict=False)]


class JoinedCampaign(Body):
    """A campaign to take part in; without a ref_id, with the promoter's default one."""

    cid: str
    ref_id: RefId | None = None


class CreatePromoterRequest(Body):
    email: Email
    status: State = PromoterStatus.PENDING
    cust_id: CustomerId | None = None
    default_ref_id: RefId | None = None
    profile: Profile = {}
    promotions: Annotated[list[JoinedCampaign], Field(max_length=10)] = []

    @property
    def joins(self) -> Sequence[tuple[str, str | None]]:
        return [(each.cid, each.ref_id) for each in self.promotions]


class ChangePromoterRequest(Body):
    """A field of `profile` that is null is forgotten; the others replace what was known."""

    email: Email = ""
    status: State = PromoterStatus.PENDING
    cust_id: CustomerId | None = None
    default_ref_id: RefId = ""
    profile: Profile = {}


class PutPromotionRequest(Body):
    ref_id: str | None = None
    promoter_id: int
    status: OfferState = PromotionStatus.RUNNING


class PromotionReply(TypedDict):
    id: int
    status: PromotionStatus
    ref_id: str
    promoter_id: int
    cid: str
    campaign_id: int
    campaign_name: str
    referral_link: str
    created_at: str


class PromoterReply(TypedDict):
    """Balances are cents of `cash`, and whole pieces of another unit, by unit (F-12, F-19)."""

    id: int
    status: PromoterStatus
    cust_id: str | None
    email: str
    created_at: str
    updated_at: str
    default_ref_id: str
    earnings_balance: dict[str, int]
    current_balance: dict[str, int]
    paid_balance: dict[str, int]
    profile: dict[str, Any]
    promotions: list[PromotionReply]


class _CampaignPromotion(Protocol):
    @property
    def promotion(self) -> Promotion: ...
    @property
    def campaign(self) -> Campaign: ...


class _KnownPromoter(Protocol):
    @property
    def promoter(self) -> Promoter: ...
    @property
    def promotions(self) -> Sequence[_CampaignPromotion]: ...


def sent_of(request: CreatePromoterRequest | ChangePromoterRequest) -> dict[str, Any]:
    """Take what was sent, in the promoter's own words."""
    sent = {name: getattr(request, name) for name in request.model_fields_set}
    sent.pop("promotions", None)
    if sent.get("default_ref_id", "") is None:
        del sent["default_ref_id"]
    return sent


def number_of(path: str, what: str) -> int:
    """Read the integer id in a path. Raises `NotFound`: nothing has any other id."""
    if not (path.isascii() and path.isdigit() and len(path) <= LONGEST_ID):
        raise NotFound(f"{what} not found")
    return int(path)


def checked_ref_id(path: str, body: str | None) -> str:
    if not is_ref_id(path):
        raise InvalidInput(f"ref_id {REF_ID_RULE}")
    if body not in (None, path):
        raise InvalidInput("ref_id must be the one in the path")
    return path


def promoter_reply(known: _KnownPromoter) -> PromoterReply:
    promoter = known.promoter
    return {
        "id": promoter.number,
        "status": promoter.status,
        "cust_id": promoter.cust_id,
        "email": promoter.email,
        "created_at": format_timestamp(promoter.created_at),
        "updated_at": format_timestamp(promoter.updated_at),
        "default_ref_id": promoter.default_ref_id,
        "earnings_balance": dict(promoter.earnings_balance),
        "current_balance": dict(promoter.current_balance),
        "paid_balance": dict(promoter.paid_balance),
        "profile": dict(promoter.profile),
        "promotions": [promotion_reply(each) for each in known.promotions],
    }


def promotion_reply(known: _CampaignPromotion) -> PromotionReply:
    promotion, campaign = known.promotion, known.campaign
    return {
        "id": promotion.number,
        "status": promotion.status,
        "ref_id": promotion.ref_id,
        "promoter_id": promotion.promoter,
        "cid": campaign.cid,
        "campaign_id": campaign.number,
        "campaign_name": campaign.name,
        "referral_link": referral_link(campaign, promotion.ref_id),
        "created_at": format_timestamp(promotion.created_at),
    }
