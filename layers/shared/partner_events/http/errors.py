"""Which status an error has, and how each dialect writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NotRequired, TypedDict

from partner_events.domain import errors
from partner_events.domain.errors import DomainError, FieldProblem

STATUS_OF: Mapping[type[DomainError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.BAD_REQUEST,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Unauthorized: HTTPStatus.UNAUTHORIZED,
    errors.MissingScope: HTTPStatus.FORBIDDEN,
    errors.PostbackRefused: HTTPStatus.FORBIDDEN,
    errors.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Overtaken: HTTPStatus.SERVICE_UNAVAILABLE,
}


type Envelope = Callable[[HTTPStatus, str, Sequence[FieldProblem]], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one API writes its errors, and where it differs in their status."""

    envelope: Envelope
    exceptions: Mapping[type[DomainError], HTTPStatus] = field(default_factory=dict)
    words: Mapping[type[DomainError], str] = field(default_factory=dict)

    def text_of(self, error: DomainError) -> str:
        """Say what is wrong, in this API's own words if it has some for this very error."""
        return self.words.get(type(error), str(error))

    def status_of(self, error: DomainError) -> HTTPStatus:
        """Find the status of the error, or of the nearest ancestor that has one."""
        statuses = {**STATUS_OF, **self.exceptions}
        return next(statuses[kind] for kind in type(error).__mro__ if kind in statuses)


class Detail(TypedDict):
    field: str
    message: str


class HouseError(TypedDict):
    statusCode: int
    message: str
    error: str
    details: NotRequired[list[Detail]]


class PartnerError(TypedDict):
    error: str
    fields: NotRequired[dict[str, str]]


class PostbackError(TypedDict):
    status: int
    message: str


class CampaignPostbackError(TypedDict):
    status: str
    type: str
    message: str
    missingFields: NotRequired[dict[str, str]]
    invalidFields: NotRequired[dict[str, str]]


def _house(status: HTTPStatus, message: str, details: Sequence[FieldProblem]) -> HouseError:
    body: HouseError = {
        "statusCode": status.value,
        "message": message,
        "error": status.phrase if status is not TOO_LARGE else "Payload Too Large",
    }
    if details:
        body["details"] = [{"field": each.field, "message": each.message} for each in details]
    return body


def _postback(status: HTTPStatus, message: str, _: Sequence[FieldProblem]) -> PostbackError:
    return {"status": status.value, "message": message}


def _campaign_postback(
    status: HTTPStatus, message: str, details: Sequence[FieldProblem]
) -> CampaignPostbackError:
    body: CampaignPostbackError = {"status": str(status.value), "type": "error", "message": message}
    if not details:
        return body
    texts = {each.field: f"{each.field} {each.message}" for each in details}
    missing = {each.field for each in details if each.message.startswith("is required")}
    return {
        **body,
        "missingFields": {field: text for field, text in texts.items() if field in missing},
        "invalidFields": {field: text for field, text in texts.items() if field not in missing},
    }


TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

HOUSE = Dialect(envelope=_house)  # the management API and the sends (S-18, D-6)


def _partner(_: HTTPStatus, message: str, details: Sequence[FieldProblem]) -> PartnerError:
    fields = {each.field: each.message for each in details if each.field}
    return {"error": message, "fields": fields} if fields else {"error": message}


PARTNER = Dialect(  # partner events and their contacts (D-10)
    envelope=_partner,
    exceptions={errors.InactiveKey: HTTPStatus.FORBIDDEN},  # D-8
    words={
        errors.Unauthorized: "Invalid API key",
        errors.InactiveKey: "API key is inactive or expired",
    },
)
POSTBACKS = Dialect(envelope=_postback)  # P-16
CAMPAIGN_POSTBACKS = Dialect(envelope=_campaign_postback)  # P-34, P-35, D-24
