"""What the errors of SQS, EventBridge and the way there mean as error classes of an attempt.

AccessDenied, no such queue or bus       http_4xx, with the status that came
throttled                                http_4xx with 429, tried again as anything that fails
InternalFailure, ServiceUnavailable      http_5xx
larger than the target takes             too_large, final
no connection, no name, no TLS, no time  connect, tls, timeout
our session is over, our request broken  internal, which never counts against the partner
"""

from collections.abc import Mapping
from http import HTTPStatus

from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)

from partner_events.domain.webhook import ErrorClass

OUR_SESSION = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_THROTTLED = ("throttl", "toomanyrequests", "requestlimitexceeded", "overlimit")
_THEIRS = frozenset({"InternalFailure", "InternalException", "InternalError", "ServiceUnavailable"})
_TOO_LARGE = ("must be shorter than", "over the limit", "exceeds the maximum")
_ERROR_OF: Mapping[type[Exception], ErrorClass] = {
    ConnectTimeoutError: ErrorClass.TIMEOUT,
    ReadTimeoutError: ErrorClass.TIMEOUT,
    SSLError: ErrorClass.TLS,
    EndpointConnectionError: ErrorClass.CONNECT,
    ConnectionClosedError: ErrorClass.PROTOCOL,
    HTTPClientError: ErrorClass.CONNECT,
}


def answer_of_code(
    code: str, message: str, status: int | None
) -> tuple[int | None, ErrorClass | None]:
    """Read an error that came as an answer; an entry's own has no status of its own."""
    if code in OUR_SESSION:
        return status, ErrorClass.INTERNAL
    if any(word in code.lower() for word in _THROTTLED):
        return HTTPStatus.TOO_MANY_REQUESTS, ErrorClass.HTTP_4XX
    if any(words in message for words in _TOO_LARGE):
        return status, ErrorClass.TOO_LARGE
    if code in _THEIRS or (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return status or HTTPStatus.INTERNAL_SERVER_ERROR, ErrorClass.HTTP_5XX
    if status is None:
        denied = "Denied" in code or "NotAuthorized" in code
        status = HTTPStatus.FORBIDDEN if denied else HTTPStatus.BAD_REQUEST
    return status, ErrorClass.HTTP_4XX


def error_of(error: BotoCoreError) -> ErrorClass:
    """Read an error without an answer: the network's, or else our own."""
    kinds = type(error).__mro__
    return next((_ERROR_OF[kind] for kind in kinds if kind in _ERROR_OF), ErrorClass.INTERNAL)
