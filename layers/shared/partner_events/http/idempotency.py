"""The Idempotency-Key header, in and out (D-5)."""

from collections.abc import Mapping
from typing import Any, Protocol

from partner_events.domain.errors import InvalidInput
from partner_events.domain.idempotency import Idempotency
from partner_events.http.endpoint import Request

LONGEST = 255  # characters, all of them visible ASCII


class HasKey(Protocol):
    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def raw_body(self) -> bytes: ...


def idempotency(request: Request[Any], *, route: str) -> Idempotency | None:
    """Read the header. Raises `InvalidInput` unless it is 1 to 255 visible ASCII characters."""
    return idempotency_within(f"{request.caller.team.id}#{route}", request)


def idempotency_within(scope: str, request: HasKey) -> Idempotency | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST or not all("!" <= each <= "~" for each in key):
        raise InvalidInput(f"Idempotency-Key must be 1 to {LONGEST} visible ASCII characters")
    return Idempotency(name=f"{scope}#{key}", body=request.raw_body)


def replayed(was_replayed: bool) -> dict[str, str]:
    return {"Idempotency-Replayed": "true"} if was_replayed else {}
