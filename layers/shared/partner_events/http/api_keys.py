"""API keys on the wire (D-8): the key itself is in the answer that made it, and nowhere else."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, TypedDict

from pydantic import BeforeValidator, Field

from partner_events.domain.key import REQUESTS_PER_MINUTE, ApiKey, Scope
from partner_events.domain.timestamps import format_timestamp
from partner_events.http.bodies import Body
from partner_events.http.send_event import Instant

MOST_PER_MINUTE = 1_000_000


def _scope(value: Any) -> Any:
    if not isinstance(value, str) or value not in set(Scope):
        raise ValueError(f"must be one of {', '.join(Scope)}")
    return Scope(value)


class CreateKeyRequest(Body):
    """`test` makes an `sk_test_` key, which may do the same and only looks different.

    `requests_per_minute` is the key's own limit on partner events (D-7).
    """

    name: Annotated[str, Field(min_length=1, max_length=256)]
    scopes: Annotated[
        list[Annotated[Scope, BeforeValidator(_scope)]], Field(min_length=1, max_length=len(Scope))
    ]
    expires_at: Instant = None
    requests_per_minute: Annotated[int, Field(ge=1, le=MOST_PER_MINUTE)] = REQUESTS_PER_MINUTE
    test: bool = False

    complaints: ClassVar[dict[str, str]] = {"expires_at": "Invalid expires_at format"}


class KeyReply(TypedDict):
    id: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    requests_per_minute: int
    last_used_at: str | None


class NewKeyReply(KeyReply):
    key: str


def key_reply(key: ApiKey, last_used_at: datetime | None = None) -> KeyReply:
    """`last_used_at` is at most an hour older than the last use."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": format_timestamp(key.created_at),
        "expires_at": format_timestamp(key.expires_at) if key.expires_at else None,
        "requests_per_minute": key.requests_per_minute,
        "last_used_at": format_timestamp(last_used_at) if last_used_at else None,
    }
