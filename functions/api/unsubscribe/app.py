"""POST /unsubscribe/{token}: leave marketing with one click (RFC 8058). Needs no key."""

from datetime import datetime

from partner_events.http.unsubscribe_page import page, said
from partner_events.usecases.unsubscribe import find_unsubscribe, unsubscribe
from partner_events.wiring import parts


@page
def handler(token: str, now: datetime) -> str:
    leaving = find_unsubscribe(token, secrets=parts().secrets)
    unsubscribe(leaving, now=now, suppressed=parts().suppressed, contacts=parts().told_contacts)
    return said(f"{leaving.address} gets no more marketing e-mail from us.")
