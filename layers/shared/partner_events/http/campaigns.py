"""Campaigns, their events and their sources on the wire (contract 7)."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import AfterValidator, Field

from partner_events.domain.campaign import (
    Campaign,
    CampaignEvent,
    Source,
    Switch,
    is_campaign_id,
    is_id,
    is_network,
)
from partner_events.domain.errors import InvalidInput
from partner_events.domain.event import JsonText, is_event_name
from partner_events.domain.lead import is_amount
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.jsontext import dumps, loads


def _campaign_id(text: str) -> str:
    if not is_campaign_id(text):
        raise ValueError("must be 1 to 64 letters, digits and . _ - and no reserved word")
    return text


def _network(text: str) -> str:
    if not is_network(text):
        raise ValueError("must be an IP address or a block of them")
    return text


def amount(value: Any) -> Any:
    if value is not None and not is_amount(value):
        raise ValueError("must be a non-negative number")
    return value


type Name = Annotated[str, Field(min_length=1, max_length=256)]
type Cid = Annotated[str, AfterValidator(_campaign_id)]
type Network = Annotated[str, AfterValidator(_network)]
type Status = Annotated[Switch, Field(strict=False)]
type Amount = Annotated[
    Any,
    AfterValidator(amount),
    Field(json_schema_extra={"type": ["number", "null"], "minimum": 0}),
]
type Url = Annotated[str, Field(pattern=r"^https?://", max_length=2048)]
type PerMinute = Annotated[int, Field(ge=1, le=1_000_000)]
type Networks = Annotated[list[Network], Field(max_length=100)]


class Tier(Body):
    """What the conversions of a promotion earn from the nth on."""

    since: Annotated[int, Field(alias="from", ge=1)]
    amount: Amount = None
    per_of_sale: Amount = None


class Reward(Body):
    """What a conversion earns: an `amount` of the unit, `per_of_sale` percent, or both.

    An amount of cash is written as revenue is, with its cents as a fraction.
    """

    id: int | None = None
    type: Annotated[str, Field(max_length=64)] | None = None
    name: Annotated[str, Field(max_length=256)] | None = None
    unit: Literal["cash", "points", "free_months", "credits"] | None = None
    amount: Amount = None
    per_of_sale: Amount = None
    tiers: Annotated[list[Tier], Field(max_length=100)] | None = None
    auto_approve: bool | None = None

    def text(self) -> JsonText:
        return dumps(self.model_dump(exclude_unset=True, by_alias=True))


class CreateCampaignRequest(Body):
    cid: Cid | None = None
    name: Name
    status: Status = Switch.ACTIVE
    landing_url: Url | None = None
    reward: Reward | None = None
    require_signature: bool = False
    allowed_addresses: Networks = []
    requests_per_minute: PerMinute | None = None


class ChangeCampaignRequest(Body):
    name: Name = ""
    status: Status = Switch.ACTIVE
    landing_url: Url | None = None
    reward: Reward | None = None
    require_signature: bool = False
    allowed_addresses: Networks = []
    requests_per_minute: PerMinute | None = None


class PutCampaignEventRequest(Body):
    event_id: str | None = None
    name: Name | None = None
    conversion: bool = False
    isDuplicate: bool = False  # the contract's word for "may repeat" (P-26)


class PutSourceRequest(Body):
    pid: str | None = None
    name: Name | None = None
    status: Status = Switch.ACTIVE
    promoter_id: int | None = None


def settings_of(request: CreateCampaignRequest | ChangeCampaignRequest) -> dict[str, Any]:
    """Take what was sent, in the campaign's own words."""
    sent = {name: getattr(request, name) for name in request.model_fields_set}
    if "reward" in sent:
        sent["reward"] = request.reward and request.reward.text()
    if "allowed_addresses" in sent:
        sent["allowed_addresses"] = tuple(dict.fromkeys(request.allowed_addresses))
    sent.pop("require_signature", None)
    sent.pop("cid", None)
    return sent


def checked_event_id(path: str, body: str | None) -> str:
    """Read the key in the path. Raises `InvalidInput` unless subscribers could name it."""
    if not is_event_name(path):
        raise InvalidInput("event_id must be 1 to 128 letters, digits and . _ : -")
    return _same("event_id", path, body)


def checked_pid(path: str, body: str | None) -> str:
    if not is_id(path):
        raise InvalidInput("pid must be 1 to 64 letters, digits and . _ -")
    return _same("pid", path, body)


def _same(name: str, path: str, body: str | None) -> str:
    if body not in (None, path):
        raise InvalidInput(f"{name} must be the one in the path")
    return path


class CampaignReply(TypedDict):
    cid: str
    id: int
    name: str
    status: Switch
    landing_url: str | None
    reward: dict[str, Any] | None
    require_signature: bool
    allowed_addresses: list[str]
    requests_per_minute: int | None
    created_at: str
    updated_at: str
    signing_secret: NotRequired[str]


def campaign_reply(campaign: Campaign, secret: str | None = None) -> CampaignReply:
    """Show a campaign, and its signing secret this once if it was just made (D-29)."""
    reply: CampaignReply = {
        "cid": campaign.cid,
        "id": campaign.number,
        "name": campaign.name,
        "status": campaign.status,
        "landing_url": campaign.landing_url,
        "reward": loads(campaign.reward) if campaign.reward else None,
        "require_signature": campaign.sealed_secret is not None,
        "allowed_addresses": list(campaign.allowed_addresses),
        "requests_per_minute": campaign.requests_per_minute,
        "created_at": format_timestamp(campaign.created_at),
        "updated_at": format_timestamp(campaign.updated_at),
    }
    return {**reply, "signing_secret": secret} if secret else reply


class CampaignEventReply(TypedDict):
    event_id: str
    name: str
    conversion: bool
    isDuplicate: bool


def campaign_event_reply(event: CampaignEvent) -> CampaignEventReply:
    return {
        "event_id": event.event_id,
        "name": event.name,
        "conversion": event.conversion,
        "isDuplicate": event.repeats,
    }


class SourceReply(TypedDict):
    pid: str
    name: str
    status: Switch
    promoter_id: int | None


def source_reply(source: Source) -> SourceReply:
    return {
        "pid": source.pid,
        "name": source.name,
        "status": source.status,
        "promoter_id": source.promoter_id,
    }
