"""What every API function does around its own work: admit, parse, call, answer.

A handler wears `endpoint` and stays a few lines: it gets a `Request` whose caller and body
are good, and returns an `Answer`. Errors become the dialect's own bodies here and nowhere else.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Any, Protocol

from pydantic import BaseModel

from partner_events import telemetry
from partner_events.domain.caller import Admission, Caller
from partner_events.domain.errors import (
    DomainError,
    IdempotencyInProgress,
    InvalidInput,
    RateLimited,
    TooLarge,
)
from partner_events.domain.event import JsonText
from partner_events.domain.key import Scope
from partner_events.domain.rate_limit import RateLimit
from partner_events.http.bodies import NoBody, read_body
from partner_events.http.errors import HOUSE, Dialect
from partner_events.jsontext import dumps

MAX_BODY = 256 * 1024  # bytes (D-4)
IDEMPOTENCY_RETRY = timedelta(seconds=1)
DEFAULT_LIMIT = 20
MAX_LIMIT = 100

type LambdaEvent = dict[str, Any]
type LambdaAnswer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer[Body]:
    """`body` is a JSON value, JSON text to be sent as it is, or None for no body.

    What a handler says it returns, `Answer[ContactReply]` or `Answer[None]`, is what the API's
    documentation says of the route: the type is a TypedDict, beside the function that makes it.
    """

    status: HTTPStatus
    body: Body | JsonText | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request[Body]:
    """An admitted request. `now` is the one moment at which all of it happens."""

    caller: Caller
    body: Body
    raw_body: bytes
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    now: datetime

    @property
    def limit(self) -> int:
        text = self.query.get("limit", str(DEFAULT_LIMIT))
        limit = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
        if not 1 <= limit <= MAX_LIMIT:
            raise InvalidInput(f"limit must be between 1 and {MAX_LIMIT}")
        return limit

    @property
    def cursor(self) -> str | None:
        return self.query.get("cursor")


class Gate(Protocol):
    def admit(
        self,
        secret_key: str | None,
        team: str | None,
        *,
        bucket: str,
        team_required: bool,
        key_minute: bool,
        now: datetime,
    ) -> Admission: ...


type Handler[Body] = Callable[[Request[Body]], Answer[Any]]


def endpoint[Body: BaseModel](
    body: type[Body],
    *,
    scope: Scope | None,
    gate: Callable[[], Gate],
    dialect: Dialect = HOUSE,
    bucket: str = "api",
    team_required: bool = False,
    key_minute: bool = False,
) -> Callable[[Handler[Body]], Callable[[LambdaEvent, Any], LambdaAnswer]]:
    """Make an API Gateway handler (payload format 2.0) of a function of a `Request`.

    `bucket` names the rate counter that a request is taken from: events and everything else
    have one each. With `key_minute` the key's own minute counts as well (D-7).
    """

    def decorate(handle: Handler[Body]) -> Callable[[LambdaEvent, Any], LambdaAnswer]:
        @wraps(handle)
        def handler(event: LambdaEvent, context: Any) -> LambdaAnswer:
            call = Call(event, getattr(context, "aws_request_id", ""), dialect, bucket)
            return call.answer(lambda: _handle(call))

        def _handle(call: Call) -> Answer[Any]:
            now = datetime.now(UTC)
            admission = gate().admit(
                call.headers.get("x-api-key"),
                call.headers.get("x-team-id"),
                bucket=bucket,
                team_required=team_required,
                key_minute=key_minute,
                now=now,
            )
            call.admission = admission  # so that a refusal for the scope has the headers (D-7)
            admission.caller.needs(scope)
            raw = b"" if body is NoBody else raw_body(call.event)
            return handle(
                Request(
                    caller=admission.caller,
                    body=read_body(body, raw),
                    raw_body=raw,
                    path=call.event.get("pathParameters") or {},
                    query=call.event.get("queryStringParameters") or {},
                    headers=call.headers,
                    now=now,
                )
            )

        said = {"body": body, "scope": scope, "dialect": dialect, "team_required": team_required}
        handler.__dict__.update(said)  # the documentation is made of it
        return handler

    return decorate


class Call:
    """One invocation: what is known of it for the answer, whatever happens."""

    def __init__(self, event: LambdaEvent, id: str, dialect: Dialect, bucket: str) -> None:
        self.event = event
        self.id = id
        self.headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
        self.admission: Admission | None = None
        self._dialect = dialect
        self._bucket = bucket

    def answer(self, work: Callable[[], Answer[Any]]) -> LambdaAnswer:
        try:
            answer, reason = work(), None
        except DomainError as error:
            answer, reason = self._refusal(error), type(error).__name__
        except Exception:
            telemetry.logger.exception("Request failed", request_id=self.id)
            answer, reason = self._failure(), "InternalError"
        self._record(answer.status, reason)
        return _lambda_answer(answer, self._common_headers())

    def _refusal(self, error: DomainError) -> Answer[Any]:
        status = self._dialect.status_of(error)
        details = error.details if isinstance(error, InvalidInput) else ()
        headers = {}
        if isinstance(error, RateLimited):
            headers = {**_rate_headers(error.rate), "Retry-After": _seconds(error.retry_after)}
        if isinstance(error, IdempotencyInProgress):
            headers = {"Retry-After": _seconds(IDEMPOTENCY_RETRY)}
        return Answer(
            status, self._dialect.envelope(status, self._dialect.text_of(error), details), headers
        )

    def _failure(self) -> Answer[Any]:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        body = self._dialect.envelope(status, f"Internal error, request {self.id}", ())
        return Answer(status, body)

    def _common_headers(self) -> dict[str, str]:
        rate = _rate_headers(self.admission.rate) if self.admission else {}
        return {"X-Request-Id": self.id, **rate}

    def _record(self, status: HTTPStatus, reason: str | None) -> None:
        if self._bucket == "events":
            if reason is None:
                telemetry.count("EventsAccepted")
            else:
                telemetry.count("EventsRefused", reason=reason)
        team = self.admission.caller.team.id if self.admission else None
        telemetry.logger.info(
            "Request answered",
            status=status.value,
            reason=reason,
            team=team,
            route=self.event.get("routeKey"),
            request_id=self.id,
        )


def raw_body(event: LambdaEvent) -> bytes:
    text = event.get("body") or ""
    raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    if len(raw) > MAX_BODY:
        raise TooLarge(f"The body is larger than {MAX_BODY // 1024} KB")
    return raw


def _lambda_answer(answer: Answer[Any], common: Mapping[str, str]) -> LambdaAnswer:
    headers = {**common, **answer.headers}
    if answer.body is None:
        return {"statusCode": answer.status.value, "headers": headers}
    text = answer.body if isinstance(answer.body, str) else dumps(answer.body)
    return {
        "statusCode": answer.status.value,
        "headers": {"Content-Type": "application/json", **headers},
        "body": JsonText(text),
    }


def _rate_headers(rate: RateLimit) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(rate.limit),
        "X-RateLimit-Remaining": str(rate.remaining),
        "X-RateLimit-Reset": str(int(rate.reset_at.timestamp())),
    }


def _seconds(wait: timedelta) -> str:
    return str(max(1, ceil(wait.total_seconds())))
