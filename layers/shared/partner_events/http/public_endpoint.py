"""The handler of a route that needs no key, and that browsers may call from any page (P-2, P-3).

Whatever an `Authorization` header says does not matter. The caller's address is all that is
known of them before the handler runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Protocol

from pydantic import BaseModel

from partner_events.domain.postback import Sender
from partner_events.http.bodies import read_body
from partner_events.http.endpoint import Answer, Call, LambdaAnswer, LambdaEvent, raw_body
from partner_events.http.errors import Dialect
from partner_events.http.preflight import CORS


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRequest[Body]:
    """A request from anybody. `now` is the one moment at which all of it happens."""

    body: Body
    sender: Sender
    path: Mapping[str, str]
    headers: Mapping[str, str]
    now: datetime

    @property
    def raw_body(self) -> bytes:
        return self.sender.body


class AddressGate(Protocol):
    def admit_address(self, address: str, *, now: datetime) -> None: ...


type PublicHandler[Body] = Callable[[PublicRequest[Body]], Answer[Any]]


def public_endpoint[Body: BaseModel](
    body: type[Body], *, dialect: Dialect, gate: Callable[[], AddressGate]
) -> Callable[[PublicHandler[Body]], Callable[[LambdaEvent, Any], LambdaAnswer]]:
    """Make an API Gateway handler (payload format 2.0) of a function of a `PublicRequest`."""

    def decorate(handle: PublicHandler[Body]) -> Callable[[LambdaEvent, Any], LambdaAnswer]:
        @wraps(handle)
        def handler(event: LambdaEvent, context: Any) -> LambdaAnswer:
            call = Call(event, getattr(context, "aws_request_id", ""), dialect, "events")
            answer = call.answer(lambda: handle(_request(call, body, gate())))
            return {**answer, "headers": {**answer["headers"], **CORS}}

        handler.__dict__.update(body=body, dialect=dialect)  # as `endpoint` does
        return handler

    return decorate


def _request[Body: BaseModel](
    call: Call, body: type[Body], gate: AddressGate
) -> PublicRequest[Body]:
    """Count the request against its address before any of it is read."""
    now = datetime.now(UTC)
    address = call.event["requestContext"]["http"]["sourceIp"]
    gate.admit_address(address, now=now)
    raw = raw_body(call.event)
    return PublicRequest(
        body=read_body(body, raw),
        sender=Sender(address=address, signature=call.headers.get("x-signature"), body=raw),
        path=call.event.get("pathParameters") or {},
        headers=call.headers,
        now=now,
    )
