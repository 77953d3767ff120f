"""The fields by which contacts are known on the wire, the same in every request."""

import re
from typing import Annotated

from pydantic import AfterValidator

LONGEST_EMAIL = 254  # characters, as SMTP has it
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _email(text: str) -> str:
    trimmed = text.strip()  # compared without case, kept as given (D-3)
    if len(trimmed) > LONGEST_EMAIL or not _EMAIL.fullmatch(trimmed):
        raise ValueError("must be an e-mail address")
    return trimmed


def _uuid(text: str) -> str:
    lower = text.lower()
    if not _UUID.fullmatch(lower):
        raise ValueError("must be a UUID")
    return lower


type Email = Annotated[str, AfterValidator(_email)]
type Uuid = Annotated[str, AfterValidator(_uuid)]
