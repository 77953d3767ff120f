"""The samples of the source documents, as text: what our webhooks must be equal to.

They are read here without the code that they are to judge.
"""

import json
import re
from pathlib import Path

FILE = Path("layers/shared/partner_events/http/event_samples.json")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]+')

PROMOTER = ["lead_signup", "promoter_signed_up", "reward_created", "fulfilment_pending"]
COMPANY = [
    "client.created",
    "client.status_changed",
    "lead.created",
    "payment.succeeded",
    "payment.failed",
    "invoice.created",
    "invoice.status_changed",
    "affiliate.created",
    "document.uploaded",
    "agreement.signed",
]


def document(name: str) -> str:
    """Return a sample's envelope without the white space between its tokens, nothing else."""
    text = "".join(TOKEN.findall(FILE.read_text()))
    return _value(text, text.index(f'"{name}":{{') + len(f'"{name}":'))


def part(name: str, key: str) -> str:
    """Return one part of a sample's envelope: its `data`, `payload` or `metadata`."""
    text = document(name)
    return _value(text, text.index(f'"{key}":') + len(f'"{key}":'))


def as_read(text: str) -> str:
    """Hide in a sample what only subscribers are told, as the log's readers get it (D-43)."""
    return re.sub(r'("temp_password": ?)"[^"]+"', r'\1"[redacted]"', text)


def _value(text: str, start: int) -> str:
    return text[start : json.JSONDecoder().raw_decode(text, start)[1]]
