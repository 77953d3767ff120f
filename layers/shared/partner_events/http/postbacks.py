"""POST /api/event/trigger and /api/event/global/{org_id} on the wire (contract 2, P-1..P-24)."""

from functools import partial
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BeforeValidator, Field

from partner_events.domain.campaign import ORGANIC, CampaignId
from partner_events.domain.event import JsonText
from partner_events.domain.idempotency import Idempotency
from partner_events.domain.postback import Fired, Postback
from partner_events.http.bodies import Body
from partner_events.http.idempotency import HasKey, idempotency_within
from partner_events.jsontext import dumps


def _required(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("is required")
    return value


def pid_of(value: Any) -> str:
    """Read a source's id: none at all is organic (P-8), and what is no text is nobody's."""
    if value is None or value == "":
        return ORGANIC
    return value if isinstance(value, str) else ""


type Required = Annotated[str, BeforeValidator(_required)]
type Pid = Annotated[Any, Field(json_schema_extra={"type": ["string", "null"]})]
type Revenue = Annotated[Any, Field(json_schema_extra={"type": ["number", "null"], "minimum": 0})]


class GlobalPostbackRequest(Body):
    """Revenue and source are looked at later, since other checks come first (D-20)."""

    event_id: Required
    transaction_id: Required
    pid: Pid = None
    revenue: Revenue = None


class PostbackRequest(Body):
    """Its fields are in the order in which they are missed (D-20)."""

    cid: Required
    event_id: Required
    transaction_id: Required
    pid: Pid = None
    revenue: Revenue = None


def to_postback(request: PostbackRequest | GlobalPostbackRequest) -> Postback:
    return Postback(
        event_id=request.event_id,
        transaction_id=request.transaction_id,
        pid=pid_of(request.pid),
        revenue=request.revenue,
    )


class PostbackData(TypedDict):
    cid: str
    pid: str
    transaction_id: str
    conversion_id: str
    conversion: bool


class PostbackReply(TypedDict):
    status: Literal[200]
    message: str
    data: PostbackData


def postback_reply(fired: Fired) -> JsonText:
    """Write the answer of P-12 to P-15, in the document's order."""
    postback, conversion = fired.postback, fired.firing.conversion
    reply: PostbackReply = {
        "status": 200,
        "message": "Event triggered successfully",
        "data": {
            "cid": fired.firing.key.cid,
            "pid": postback.pid,
            "transaction_id": postback.transaction_id,
            "conversion_id": conversion.id if conversion else "",
            "conversion": conversion is not None,
        },
    }
    return dumps(reply)


def postback_idempotency(request: HasKey, route: str) -> "partial[Idempotency | None]":
    """Read the Idempotency-Key within its campaign and route, once the campaign is known (D-5)."""
    return partial(_idempotency, request, route)


def _idempotency(request: HasKey, route: str, cid: CampaignId) -> Idempotency | None:
    return idempotency_within(f"{cid}#{route}", request)
