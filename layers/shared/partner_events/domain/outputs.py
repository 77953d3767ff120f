"""What of a step's outputs may be shown: answers of servers hold tokens, too."""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[redacted]"
_SECRET = re.compile(
    r"pass(word|wd|phrase|code)|secret|token|authorization|cookie|api[-_]?key|signature|"
    r"private[-_]?key|^(otp|pin)$",
    re.IGNORECASE,
)


def without_secrets(value: Any) -> Any:
    """Hide every value whose name says that it is secret, at any depth."""
    match value:
        case Mapping():
            return {
                name: HIDDEN if _SECRET.search(name) else without_secrets(inner)
                for name, inner in value.items()
            }
        case list():
            return [without_secrets(inner) for inner in value]
    return value
