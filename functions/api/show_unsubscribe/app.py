"""GET /unsubscribe/{token}: ask whoever follows the link of a marketing e-mail. Needs no key."""

from datetime import datetime

from partner_events.http.unsubscribe_page import asked, page
from partner_events.usecases.unsubscribe import find_unsubscribe
from partner_events.wiring import parts


@page
def handler(token: str, _now: datetime) -> str:
    return asked(find_unsubscribe(token, secrets=parts().secrets).address)
