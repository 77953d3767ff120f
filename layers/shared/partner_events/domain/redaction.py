"""What a stored attempt must not keep, if a receiver echoes what it got (F-14, D-43)."""

import re
from collections.abc import Iterable

SECRET_FIELDS = ("temp_password", "auth_token")
REDACTED = b"[redacted]"
SHORTEST_PART = 3  # characters of a secret that an excerpt may end in the middle of

_NAMES = "|".join(SECRET_FIELDS).encode()
# A field with its value in JSON, in JSON within JSON, or in a form; it may be cut off.
_FIELD = re.compile(
    rb"((?:" + _NAMES + rb")\\*[\"']?\s*[:=]\s*)"
    rb"(?:(?P<quote>\\*[\"']).*?(?:(?P=quote)|\Z)|[^\s\"',;&}\\]+)",
    re.DOTALL,
)


def redacted(excerpt: bytes, secrets: Iterable[str]) -> bytes:
    """Take out the fields that are secret, and the values that we know, wherever they stand."""
    for secret in sorted({each.encode() for each in secrets if each}, key=len, reverse=True):
        excerpt = _without_cut_off(excerpt.replace(secret, REDACTED), secret)
    return _FIELD.sub(rb"\1" + REDACTED, excerpt)


def _without_cut_off(excerpt: bytes, secret: bytes) -> bytes:
    for length in range(len(secret) - 1, SHORTEST_PART - 1, -1):
        if excerpt.endswith(secret[:length]):
            return excerpt[:-length] + REDACTED
    return excerpt
