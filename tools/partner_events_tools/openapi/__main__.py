"""`python -m partner_events_tools.openapi`, which is what `make openapi` calls."""

from typing import Any

from partner_events.jsontext import dumps
from partner_events_tools.openapi.document import document
from partner_events_tools.template import ROOT

PATH = ROOT / "docs" / "openapi.json"


def text() -> str:
    return "".join(_indented(document())) + "\n"


def _indented(value: Any, margin: str = "\n") -> str:
    """Write JSON for people and for diffs; numbers keep their digits, which `json` cannot do."""
    inner = margin + " "
    match value:
        case dict() if value:
            items = [f"{dumps(key)}: {_indented(each, inner)}" for key, each in value.items()]
            return "{" + inner + f",{inner}".join(items) + margin + "}"
        case list() if value and any(isinstance(each, dict | list) for each in value):
            each_indented = [_indented(each, inner) for each in value]
            return "[" + inner + f",{inner}".join(each_indented) + margin + "]"
    return dumps(value)


if __name__ == "__main__":
    PATH.write_text(text())
