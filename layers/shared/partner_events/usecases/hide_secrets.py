"""Keep a secret that an event carries out of the records of its attempts (D-43)."""

from partner_events.domain.event_secrets import HIDDEN, may_hold_secret, secret_of
from partner_events.domain.log import LoggedEvent
from partner_events.jsontext import loads


def hide_secret(response: bytes, event: LoggedEvent) -> bytes:
    """Blacken the event's secret in what a receiver answered: many echo what they got."""
    if not may_hold_secret(event.name):
        return response
    secret = secret_of(event.name, loads(event.body).get("data"))
    return response.replace(secret.encode(), HIDDEN.encode()) if secret else response
