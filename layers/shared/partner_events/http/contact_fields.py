"""The fields by which contacts are known on the wire, the same in every request."""

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from partner_events.domain.contact import is_email

LONGEST_FIELD_NAME = 128
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _email(text: str) -> str:
    trimmed = text.strip()  # compared without case, kept as given (D-3)
    if not is_email(trimmed):
        raise ValueError("must be an e-mail address")
    return trimmed


def _uuid(text: str) -> str:
    lower = text.lower()
    if not _UUID.fullmatch(lower):
        raise ValueError("must be a UUID")
    return lower


def _phone(text: str) -> str:
    trimmed = text.strip()
    if not _PHONE.fullmatch(trimmed):
        raise ValueError("must be an E.164 number such as +14155551234")
    return trimmed


def _zone(text: str) -> str:
    try:
        if not _ZONE.fullmatch(text):
            raise ZoneInfoNotFoundError(text)
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be an IANA name such as Europe/Berlin") from error
    return text


def _not_blank(text: str) -> str:
    trimmed = text.strip()
    if not trimmed:
        raise ValueError("must not be blank")
    return trimmed


def _fields(value: dict[str, Any]) -> dict[str, Any]:
    if any(not 1 <= len(name) <= LONGEST_FIELD_NAME for name in value):
        raise ValueError(f"must have names of 1 to {LONGEST_FIELD_NAME} characters")
    return value


type Email = Annotated[str, AfterValidator(_email), Field(json_schema_extra={"format": "email"})]
type Uuid = Annotated[str, AfterValidator(_uuid), Field(json_schema_extra={"format": "uuid"})]
type Phone = Annotated[
    str, AfterValidator(_phone), Field(json_schema_extra={"pattern": r"^\s*\+[1-9][0-9]{6,14}\s*$"})
]
type Zone = Annotated[str, AfterValidator(_zone)]
type ExternalId = Annotated[str, Field(max_length=256), AfterValidator(_not_blank)]
type Name = Annotated[str, Field(max_length=256)]
type Status = Annotated[str, Field(max_length=64), AfterValidator(_not_blank)]
type Tag = Annotated[str, Field(max_length=64), AfterValidator(_not_blank)]
type Tags = Annotated[list[Tag], Field(max_length=100)]
type CustomFields = Annotated[dict[str, Any], Field(max_length=200), AfterValidator(_fields)]
