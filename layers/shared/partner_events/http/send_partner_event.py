"""POST /api/v1/partner/events on the wire (contract 1)."""

from typing import Annotated, Any, Literal, TypedDict

from pydantic import AfterValidator, model_validator

from partner_events.domain.event import LONGEST_TYPE, Event, JsonText
from partner_events.domain.ids import ContactId, TeamId
from partner_events.domain.trigger import Trigger
from partner_events.http.bodies import Body
from partner_events.http.contact_fields import Email, Uuid
from partner_events.jsontext import dumps


def _event_type(text: str) -> str:
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= LONGEST_TYPE:
        raise ValueError(f"must be 1 to {LONGEST_TYPE} characters")
    return trimmed


type EventType = Annotated[str, AfterValidator(_event_type)]


class SendPartnerEventRequest(Body):
    event_type: EventType
    contact_id: Uuid | None = None
    email: Email | None = None
    professional_id: Uuid | None = None
    metadata: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _names_a_contact(cls, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two; with both, the e-mail is not even looked at (D-11)."""
        if body.get("contact_id") is not None:
            return {**body, "email": None}
        if body.get("email") is None:
            raise ValueError("contact_id or email is required")
        return body

    def to_event(self, team: TeamId) -> Event:
        return Event(
            team=team,
            name=self.event_type,
            professional_id=self.professional_id,
            metadata=dumps(self.metadata or {}),
        )

    @property
    def contact(self) -> tuple[ContactId | None, str | None]:
        return ContactId(self.contact_id) if self.contact_id else None, self.email


class SendPartnerEventReply(TypedDict):
    id: str
    status: Literal["queued"]


def send_partner_event_reply(trigger: Trigger, _job_id: str) -> JsonText:
    """Write the answer of E-18 and E-19, these two keys and no others."""
    reply: SendPartnerEventReply = {"id": trigger.id, "status": "queued"}
    return dumps(reply)
