"""What workflows wrote to people: the emulator keeps every e-mail and SMS, and sends none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from partner_events_tools.local.api import call
from partner_events_tools.local.errors import CannotRun

EMAILS = "/_ministack/ses/messages"
TEXTS = "/_ministack/sns/sms-messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEmail:
    sender: str
    subject: str
    text: str
    html: str


class Outbox:
    def __init__(self, emulator_url: str) -> None:
        self._url = emulator_url

    def emails(self, to: str) -> list[SentEmail]:
        """List the e-mails to an address, oldest first."""
        accounts = self._read(EMAILS)["messages"]
        return [_email(each) for sent in accounts.values() for each in sent if to in each["To"]]

    def texts(self, phone: str) -> list[str]:
        """List the text messages to a phone, oldest first."""
        sent = self._read(f"{TEXTS}?phoneNumber={quote(phone)}")["sms_messages"]
        return [each["Message"] for each in sent[phone]]

    def _read(self, path: str) -> Any:
        reply = call("GET", self._url + path)
        if reply.status != 200:
            raise CannotRun(f"The emulator answered GET {path} with {reply.status}.")
        return reply.json


def _email(entry: Mapping[str, Any]) -> SentEmail:
    return SentEmail(
        sender=entry["Source"],
        subject=entry["Subject"],
        text=entry["BodyText"] or "",
        html=entry["BodyHtml"] or "",
    )
