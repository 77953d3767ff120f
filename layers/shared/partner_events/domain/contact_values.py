"""What a workflow may write into a contact: the same that the API takes."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from partner_events.domain.contact import is_email

LONGEST_TEXT = 256
MOST_TAGS = 100
MOST_FIELDS = 200
LONGEST_TAG = LONGEST_STATUS = 64
LONGEST_FIELD_NAME = 128
CHANNELS = ("email", "sms")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)


def contact_change(said: Mapping[str, Any]) -> dict[str, Any]:
    """Turn what a step sets into a change of a contact; what it has no place for are its fields.

    Null clears. Raises `ValueError` naming the first field whose value it may not have.
    """
    given: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for name, value in said.items():
        if name == "custom_fields" and isinstance(value, Mapping):
            fields |= value
        elif name in CHECKS:
            given[name] = _checked(name, value)
        else:
            fields[name.removeprefix("custom_fields.")] = value
    if any(not 1 <= len(name) <= LONGEST_FIELD_NAME for name in fields):
        raise ValueError("custom_fields")
    return {**given, "custom_fields": fields} if fields else given


def _checked(name: str, value: Any) -> Any:
    trimmed = value.strip() if isinstance(value, str) else value
    if trimmed is None or trimmed == "":
        return None
    if not CHECKS[name](trimmed):
        raise ValueError(name)
    return trimmed


def _short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def is_phone(value: Any) -> bool:
    return isinstance(value, str) and _PHONE.fullmatch(value) is not None


def _is_status(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_STATUS


def _is_consent(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        channel in CHANNELS and (agreed is None or isinstance(agreed, bool))
        for channel, agreed in value.items()
    )


def _is_zone(value: Any) -> bool:
    try:
        return bool(_ZONE.fullmatch(value) and ZoneInfo(value))
    except (TypeError, ValueError, OSError, KeyError):
        return False


def _is_uuid(value: Any) -> bool:
    try:
        return bool(str(UUID(value)) == value)
    except (TypeError, ValueError, AttributeError):
        return False


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "external_id": _short,
    "email": lambda value: isinstance(value, str) and is_email(value),
    "phone": is_phone,
    "name": _short,
    "first_name": _short,
    "last_name": _short,
    "status": _is_status,
    "professional_id": _is_uuid,
    "timezone": _is_zone,
    "consent": _is_consent,
}
