"""POST /api/v1/workflows/trigger on the wire (S-40)."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from partner_events.domain.contact import ContactDetails
from partner_events.domain.errors import FieldProblem, InvalidInput
from partner_events.domain.event import Audience, Event, JsonText
from partner_events.domain.ids import TeamId
from partner_events.domain.trigger import Trigger
from partner_events.http.bodies import Body
from partner_events.http.contact_fields import Tag
from partner_events.http.send_event import Instant, Short, send_reply
from partner_events.jsontext import dumps

WORKFLOW_TRIGGERED = "workflow.triggered"  # what the log and its subscribers are told


class TriggerWorkflowRequest(Body):
    workflow_id: Short | None = None
    workflow_name: Short | None = None
    recipient_type: Literal["contact", "tag", "all"]
    contact_external_id: Short | None = None
    tag: Annotated[list[Tag], Field(max_length=50)] | None = None
    trigger_at: Instant = None
    variables: dict[str, Any] | None = None
    channel_variables: dict[str, dict[str, Any]] | None = None

    complaints: ClassVar[dict[str, str]] = {"trigger_at": "Invalid trigger_at format"}

    @model_validator(mode="after")
    def _names_a_workflow(self) -> Self:
        if not (self.workflow_id or self.workflow_name):
            raise ValueError("workflow_id or workflow_name is required")
        return self

    def to_event(self, team: TeamId) -> Event:
        """Raises `InvalidInput` if it does not say for whom."""
        audience = self._audience()
        return Event(
            team=team,
            name=WORKFLOW_TRIGGERED,
            data=self._recipients(),
            variables=dumps(self.variables or {}),
            channel_variables=dumps(self.channel_variables or {}),
            contact=ContactDetails(external_id=None if audience else self.contact_external_id),
            audience=audience,
        )

    def _audience(self) -> Audience | None:
        match self.recipient_type:
            case "all":
                return Audience()
            case "tag" if self.tag:
                return Audience(frozenset(self.tag))
            case "tag":
                raise _invalid("tag", "is required")
        if not self.contact_external_id:
            raise _invalid("contact_external_id", "is required")
        return None

    def _recipients(self) -> JsonText:
        match self.recipient_type:
            case "contact":
                return dumps({"contact_external_id": self.contact_external_id})
            case "tag":
                return dumps({"recipient_type": "tag", "tag": self.tag})
        return dumps({"recipient_type": "all"})


def _invalid(field: str, what: str) -> InvalidInput:
    return InvalidInput(f"{field} {what}", [FieldProblem(field, what)])


def trigger_workflow_answer(trigger: Trigger, job_id: str) -> JsonText:
    """Write the answer as `send_event_reply` does, since it is followed in the same way."""
    return send_reply("Workflow", trigger, job_id)
