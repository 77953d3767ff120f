"""What an event tells its subscribers and nobody else: a promoter's first password (F-C4)."""

from collections.abc import Mapping
from typing import Any

HIDDEN = "[redacted]"
_SECRET_IN: Mapping[str, tuple[str, str]] = {"promoter_signed_up": ("promoter", "temp_password")}


def may_hold_secret(name: str) -> bool:
    return name in _SECRET_IN


def without_secrets(name: str, data: Any) -> Any:
    """Hide the secret of an event's data, if its type has one."""
    place = _SECRET_IN.get(name)
    if place is None or secret_of(name, data) is None:
        return data
    part, field = place
    return {**data, part: {**data[part], field: HIDDEN}}


def secret_of(name: str, data: Any) -> str | None:
    part, field = _SECRET_IN.get(name, ("", ""))
    about = data.get(part) if isinstance(data, Mapping) else None
    secret = about.get(field) if isinstance(about, Mapping) else None
    return secret if isinstance(secret, str) and secret else None
