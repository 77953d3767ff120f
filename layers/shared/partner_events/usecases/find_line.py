"""Find the line that a delivery stands in, if its endpoint wants its deliveries in order."""

from partner_events.domain.contact import Contact
from partner_events.domain.endpoint import Endpoint
from partner_events.domain.log import LoggedEvent
from partner_events.domain.ordering import BY_CONTACT
from partner_events.domain.trigger import Trigger
from partner_events.jsontext import loads
from partner_events.usecases.hear_event import told_data


def line_of(endpoint: Endpoint, trigger: Trigger, contact: Contact | None) -> str:
    if endpoint.ordering is None:
        return ""
    about = trigger.event.contact_id or (contact.id if contact else None)
    data = None if endpoint.ordering.by == BY_CONTACT else told_data(trigger)
    return endpoint.ordering.line_of(data, about)


def line_of_logged(endpoint: Endpoint, event: LoggedEvent) -> str:
    """Find the line of an event that never had a delivery: the log tells of some contacts only."""
    if endpoint.ordering is None:
        return ""
    data = loads(event.body)["data"]
    contact = data.get("contact_id") if isinstance(data, dict) else None
    return endpoint.ordering.line_of(data, contact)
