"""POST /api/v1/events/send on the wire (contract 3)."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NotRequired, TypedDict

from pydantic import BeforeValidator, Field

from partner_events.domain.contact import ContactDetails
from partner_events.domain.event import Event, JsonText
from partner_events.domain.ids import TeamId
from partner_events.domain.timestamps import format_timestamp, parse_timestamp
from partner_events.domain.trigger import Trigger
from partner_events.http.bodies import Body
from partner_events.jsontext import dumps


def _timestamp(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be an ISO 8601 date and time")
    return parse_timestamp(value)


def _not_blank(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be blank")
    return value


type Short = Annotated[str, Field(max_length=256)]
type Name = Annotated[str, BeforeValidator(_not_blank)]
type Instant = Annotated[datetime | None, BeforeValidator(_timestamp)]


class UserInfo(Body):
    contact_external_id: Short | None = None
    email: Short | None = None
    phone: Short | None = None
    name: Short | None = None
    custom_fields: dict[str, Any] | None = None

    def details(self) -> ContactDetails:
        return ContactDetails(
            external_id=self.contact_external_id or None,
            email=self.email and self.email.strip() or None,
            phone=self.phone and self.phone.strip() or None,
            name=self.name or None,
            custom_fields=self.custom_fields or {},
        )


class Source(Body):
    type: str | None = None
    ip: str | None = None
    user_agent: str | None = None


class SendEventRequest(Body):
    event_name: Name
    trigger_at: Instant = None
    user_info: UserInfo | None = None
    source: Source | None = None
    event_data: dict[str, Any] | None = None
    variables: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None  # ours: what subscribers are told beside the data

    complaints: ClassVar[dict[str, str]] = {
        "event_name": "Event name is required",
        "trigger_at": "Invalid trigger_at format",
    }

    def to_event(self, team: TeamId) -> Event:
        source = self.source.model_dump(exclude_none=True) if self.source else {}
        return Event(
            team=team,
            name=self.event_name,
            data=dumps(self.event_data or {}),
            variables=dumps(self.variables or {}),
            source=dumps(source),
            contact=self.user_info.details() if self.user_info else ContactDetails(),
            metadata=dumps(self.metadata or {}),
        )


class SendReply(TypedDict):
    success: Literal[True]
    trigger_id: str
    job_id: str
    message: str
    scheduled_for: NotRequired[str]


def send_event_reply(trigger: Trigger, job_id: str) -> JsonText:
    """Write the answer of S-14 to S-17: `scheduled_for` only if it was asked for."""
    return send_reply("Event", trigger, job_id)


def send_reply(what: str, trigger: Trigger, job_id: str) -> JsonText:
    reply: SendReply = {
        "success": True,
        "trigger_id": trigger.id,
        "job_id": job_id,
        "message": f"{what} queued successfully",
    }
    if trigger.due_at is not None:
        at = format_timestamp(trigger.due_at)
        reply = {**reply, "message": f"{what} scheduled for {at}", "scheduled_for": at}
    return dumps(reply)
